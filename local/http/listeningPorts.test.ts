import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundledPrograms } from '../../test/support/bundledProgram.ts';
import { type ListeningPort, listeningPorts } from '../../test/support/listeningPorts.ts';
import { type StackProcess, startStackProcess } from '../../test/support/stackProcess.ts';
import { portsNoBrowserConnectsTo } from '../database/engine.ts';

describe.skipIf(process.platform !== 'linux')('of the ports that a running stack listens at', () => {
  const program = bundledPrograms({ dev: 'scripts/dev.ts' });
  let stack: StackProcess;
  let ports: ListeningPort[];
  beforeAll(async () => {
    stack = await startStackProcess(0, undefined, program('dev'));
    ports = listeningPorts(stack.pid);
  });
  afterAll(() => stack.kill());

  async function ask({ host, port }: ListeningPort, method: string, headers: Record<string, string>) {
    const asked = request({ host, port, method, headers, agent: false });
    asked.end(method === 'POST' ? '{}' : undefined);
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    answer.resume();
    await once(answer, 'end');
    return answer;
  }

  test('each is loopback', () => {
    expect(ports.length).toBeGreaterThan(2);
    for (const { host } of ports) expect(host).toMatch(/^127\./);
  });

  test('each refuses a strange Host and a strange Origin and allows nobody else, or no browser connects to it', async () => {
    const isOpen = ({ port }: ListeningPort) => !portsNoBrowserConnectsTo.includes(port);
    const open = ports.filter(isOpen);
    // The server, the database's server, and the server of the queues and the bus.
    expect(open).toHaveLength(3);
    const engines = process.env.AWS_ENDPOINT_URL_DYNAMODB ? 0 : 1;
    expect(ports).toHaveLength(3 + engines);
    for (const port of open) {
      const ours = `${port.host}:${port.port}`;
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const strangers = [
          { host: `evil.example:${port.port}` },
          { host: ours, origin: 'http://evil.example' },
          { host: ours, origin: 'null' },
        ];
        for (const headers of strangers) {
          const { statusCode } = await ask(port, method, headers);
          expect({ port, method, headers, statusCode }).toMatchObject({ statusCode: 403 });
        }
        const { headers } = await ask(port, method, {
          host: ours,
          'x-amz-target': 'DynamoDB_20120810.ListTables',
        });
        expect(headers).not.toHaveProperty('access-control-allow-origin');
      }
    }
  });
});

test('a port is opened by the few files that see to who may ask there', () => {
  const root = new URL('../..', import.meta.url);
  const opening = ['local', 'examples', 'scripts'].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file) && !file.includes('.test.'))
      .map((file) => `${folder}/${file}`)
      .filter((file) => /createServer|\.listen\(/.test(readFileSync(new URL(file, root), 'utf8'))),
  );
  // The engine's port is tried, and given to the engine.
  expect(opening).toEqual([
    'local/database/engine.ts',
    'local/http/loopbackServer.ts',
    'local/listener/thread.ts',
  ]);
});
