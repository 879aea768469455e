import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { keys } from '../../core/keys.ts';
import { bundledPrograms } from '../../test/support/bundledProgram.ts';
import { openClient } from '../../test/support/client.ts';
import { fetchToken } from '../../test/support/localStack.ts';
import { startStackProcess } from '../../test/support/stackProcess.ts';
import { startLocalStack } from '../stack.ts';
import { endFormerConnections, type FormerConnectionsOptions } from './formerConnections.ts';

const program = bundledPrograms({ dev: 'scripts/dev.ts' });
let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tidings-killed-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

const sam = { user: 'sam', tenant: 'acme', roles: ['msp'] };
/** As many as a user may have. */
const limit = 10;

test('the connections of a stack that was killed count no more, neither in the statistics nor for the limit', async () => {
  const killed = await startStackProcess(0, dataDir, program('dev'));
  const token = await fetchToken({ issuer: `${killed.httpUrl}/issuer` }, sam);
  const url = `${killed.httpUrl.replace('http', 'ws')}/dev`;
  for (let opened = 0; opened < limit; opened++) {
    await once(
      new WebSocket(url, ['tidings.v1', `bearer.${token}`]).on('error', () => {}),
      'open',
    );
  }
  await killed.kill();
  const lines: string[] = [];
  const stack = await startLocalStack({ port: 0, dataDir, log: (line) => void lines.push(line) });
  try {
    expect((await stack.state()).rows, lines.join('\n')).not.toHaveProperty('SUBS');
    const clients = [];
    for (let opened = 0; opened < limit; opened++) {
      clients.push(await openClient(stack.wsUrl, { token: await stack.token(sam) }));
    }
    const { payload } = (await clients[0]?.ask('stats')) ?? {};
    expect(payload).toMatchObject({ connections: limit, users: 1 });
    for (const client of clients) await client.close();
  } finally {
    await stack.stop();
  }
});

test('of what is kept among subscribers, only they are connections', async () => {
  const all = { kind: 'client', id: '*' };
  const kept = [keys.subscriber('t', all, 'ann', 'c1'), keys.batchWindow('t', all)];
  const ended: unknown[] = [];
  await endFormerConnections({
    description: {
      ...{ apiId: 'api', stage: 'dev' },
      routes: [{ routeKey: '$disconnect', proxy: { functionId: 'disconnect', permitted: true } }],
    } as unknown as FormerConnectionsOptions['description'],
    rows: {
      async *all() {
        yield* kept;
      },
    } as unknown as FormerConnectionsOptions['rows'],
    invoke: async (_, event) => {
      ended.push((event as { requestContext: { connectionId: string } }).requestContext.connectionId);
      return {} as never;
    },
    clock: { now: () => 0 },
    log: () => {},
  });
  expect(ended).toEqual(['c1']);
});
