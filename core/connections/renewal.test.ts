import { beforeEach, expect, test } from 'vitest';
import { impatient, type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { audienceOf } from '../delivery/audience.ts';
import type { Table } from '../ports.ts';
import { connect } from './connect.ts';
import { type Connection, readConnection, requireOpen } from './connections.ts';
import { renew } from './renewal.ts';
import { join, leave } from './subscribe.ts';

const globex = { kind: 'client', id: 'globex' } as const;
const room = { kind: 'room', id: 'r' } as const;
let runtime: MemoryRuntime;
let connection: Connection;
let narrow: string;

beforeEach(async () => {
  runtime = memoryRuntime();
  runtime.sockets.open('c1');
  await connect(runtime, 'c1', principal(runtime));
  connection = requireOpen(await readConnection(runtime.table, 'c1'));
  const seconds = runtime.clock.now() / 1000;
  narrow = runtime.tokens.issue({
    sub: 'ann',
    tenant: 't',
    roles: ['client'],
    client_ids: ['acme'],
    iat: seconds,
    exp: seconds + 3600,
  });
});
const follows = async (topic: Parameters<typeof audienceOf>[2]) =>
  (await audienceOf(runtime, 't', topic)).some(({ connectionId }) => connectionId === 'c1');

/** The same runtime, in which something else happens just before its first transaction. */
function meanwhile(happens: () => Promise<unknown>): MemoryRuntime {
  const { table } = runtime;
  let happened = false;
  const transact: Table['transact'] = async (...args) => {
    if (!happened) {
      happened = true;
      await happens();
    }
    return table.transact(...args);
  };
  return impatient({ ...runtime, table: { ...table, transact } });
}

test('a subscription that was judged by the old token is refused once a narrower one is in force', async () => {
  const slow = meanwhile(() => renew(runtime, connection, narrow));
  await expect(join(slow, connection, [globex])).rejects.toMatchObject({ code: 'forbidden' });
  expect(await follows(globex)).toBe(false);
});

test('a subscription that the new token allows too goes through', async () => {
  const slow = meanwhile(() => renew(runtime, connection, narrow));
  await join(slow, connection, [room]);
  expect(await follows(room)).toBe(true);
});

test('a new token is judged on what is followed at that moment, also when as much was left as was joined', async () => {
  await join(runtime, connection, [room]);
  const before = requireOpen(await readConnection(runtime.table, 'c1'));
  const slow = meanwhile(async () => {
    await leave(runtime, before, room);
    await join(runtime, before, [globex]);
  });
  await renew(slow, before, narrow);
  expect(await follows(globex)).toBe(false);
  expect(await follows({ kind: 'msp' })).toBe(false);
  expect(await follows({ kind: 'client', id: 'acme' })).toBe(true);
});

test('a token that swaps very many clients is taken, and nothing of the old one stays', async () => {
  const ids = (from: number) => Array.from({ length: 70 }, (_, n) => `client-${from + n}`);
  const seconds = runtime.clock.now() / 1000;
  const tokenFor = (client_ids: string[]) =>
    runtime.tokens.issue({
      sub: 'ann',
      tenant: 't',
      roles: ['client'],
      client_ids,
      iat: seconds,
      exp: seconds + 3600,
    });
  await renew(impatient(runtime), connection, tokenFor(ids(0)));
  const full = requireOpen(await readConnection(runtime.table, 'c1'));
  await renew(impatient(runtime), full, tokenFor(ids(70)));
  const after = requireOpen(await readConnection(runtime.table, 'c1'));
  const clients = after.topics.flatMap((topic) => (topic.kind === 'client' ? [topic.id] : []));
  expect(new Set(clients)).toEqual(new Set(ids(70)));
  expect(await follows({ kind: 'client', id: 'client-3' })).toBe(false);
});

test('a renewal whose push does not arrive is a renewal all the same', async () => {
  runtime.sockets.script('c1', ...Array.from({ length: 5 }, () => new Error('no route')));
  expect(await renew(runtime, connection, narrow)).toHaveProperty('expiresAt');
  expect(runtime.reports).not.toEqual([]);
});
