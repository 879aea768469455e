import { beforeEach, expect, test } from 'vitest';
import { scriptedPlan } from '../../adapters/faulty/plan.ts';
import { faultyTable } from '../../adapters/faulty/table.ts';
import { type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { keys } from '../keys.ts';
import { connect } from './connect.ts';
import { leaseMs, readConnection } from './connections.ts';
import { endConnection } from './endConnection.ts';
import { reap } from './reap.ts';

let runtime: MemoryRuntime;
beforeEach(() => {
  runtime = memoryRuntime({ limits: { connectionsPerUser: 3 } });
});
const open = async (connectionId: string, who = principal(runtime)) => {
  runtime.sockets.open(connectionId);
  return connect(runtime, connectionId, who);
};
const rows = (prefix: string) => runtime.table.dump().filter(({ pk, sk }) => `${pk} ${sk}`.includes(prefix));

test('a connection is written with its slot, its feeds and its end, and forgotten with all of them', async () => {
  await open('c1', principal(runtime, { roles: ['client'], clients: ['acme', 'globex'] }));
  expect(rows('SUBS#').map(({ pk }) => pk)).toEqual([
    'SUBS#t#client:acme',
    'SUBS#t#client:globex',
    'SUBS#t#tenant:-',
    'SUBS#t#user:ann',
  ]);
  expect(rows('SLOT#')).toHaveLength(1);
  expect(rows('EXPIRY#')).toHaveLength(1);
  await endConnection(runtime, 'c1', { socket: 'gone' });
  expect(rows('SUBS#')).toEqual([]);
  expect(rows('SLOT#')).toEqual([]);
  expect(await readConnection(runtime.table, 'c1')).toMatchObject({ state: 'closed' });
});

test('the limit is exact when many connect at once, and never more than the limit hold a slot', async () => {
  const results = await Promise.all(Array.from({ length: 20 }, (_, n) => open(`c${n}`)));
  expect(results.filter((result) => 'connection' in result)).toHaveLength(3);
  expect(results.filter((result) => 'refused' in result && result.refused === 429)).toHaveLength(17);
  expect(rows('SLOT#')).toHaveLength(3);
});

/** Opens a connection while the database fails as scripted. */
const openWith = (...[script]: Parameters<typeof scriptedPlan>) => {
  runtime.sockets.open('c1');
  const table = faultyTable(runtime.table, { plan: scriptedPlan(script) });
  return connect({ ...runtime, table }, 'c1', principal(runtime));
};

test('a slot that was taken unheard is given back', async () => {
  await expect(openWith({ write: ['error-after'] })).rejects.toThrow('error-after');
  expect(rows('SLOT#')).toEqual([]);
});

test('a slot is given back also where the end of its connection cannot be written', async () => {
  await endConnection(runtime, 'c1', { socket: 'gone' });
  await expect(
    openWith({ write: [undefined, undefined, undefined, undefined, 'throttled'] }),
  ).rejects.toThrow('throttled');
  expect(rows('SLOT#')).toEqual([]);
});

/** Opens a connection in a function that dies after so many writes. @returns whether it came to its end */
async function openAndDie(after: number, beforeTheLast = async () => {}): Promise<boolean> {
  let writes = 0;
  const write: typeof runtime.table.write = async (one) => {
    if (++writes > after) throw new Error('died');
    if (writes === after) await beforeTheLast();
    return runtime.table.write(one);
  };
  const dying = { ...runtime, table: { ...runtime.table, write } };
  return connect(dying, 'c1', principal(runtime)).then(
    () => true,
    () => false,
  );
}
/** The slot, the row for the reaper, the connection, and the four feeds of the staff. */
const ourWrites = [1, 2, 3, 4, 5, 6, 7];

test('a connect that dies at any of its rows leaves none behind once its time is over', async () => {
  for (const at of ourWrites) {
    runtime = memoryRuntime();
    expect(await openAndDie(at - 1)).toBe(false);
    await runtime.clock.advance(leaseMs + 60_000);
    await reap(runtime);
    expect([at, rows('SUBS#'), rows('EXPIRY#')]).toEqual([at, [], []]);
    expect(rows('CONN#').filter(({ state }) => state !== 'closed')).toEqual([]);
  }
  runtime = memoryRuntime();
  expect(await openAndDie(ourWrites.length)).toBe(true);
});

test('what a connect that dies wrote after the end of its connection goes with its time', async () => {
  for (const at of ourWrites) {
    runtime = memoryRuntime();
    await openAndDie(at, async () => {
      await endConnection(runtime, 'c1', { socket: 'gone', force: true });
    });
    await runtime.clock.advance(leaseMs + 60_000);
    await reap(runtime);
    expect([at, rows('SUBS#'), rows('EXPIRY#')]).toEqual([at, [], []]);
  }
});

test('a user of another tenant with the same name has slots of its own', async () => {
  for (const id of ['c1', 'c2', 'c3']) await open(id);
  expect(await open('c4')).toEqual({ refused: 429, check: 'connections' });
  expect(await open('d1', principal(runtime, { tenant: 'u' }))).toHaveProperty('connection');
});

test('a $disconnect that overtakes its $connect wins: the connect is refused and leaves nothing', async () => {
  await endConnection(runtime, 'c1', { socket: 'gone' });
  expect(await open('c1')).toEqual({ refused: 403, check: 'closed' });
  expect([rows('SLOT#'), rows('SUBS#'), rows('EXPIRY#')]).toEqual([[], [], []]);
});

/** Opens a connection that something happens to before its first feed is written. */
function openMeanwhile(happens: () => Promise<unknown>, app = runtime.app) {
  const { table } = runtime;
  let happened = false;
  const write: typeof table.write = async (one) => {
    const isFeed = 'put' in one && one.put.pk.startsWith('SUBS#');
    if (isFeed && !happened) {
      happened = true;
      await happens();
    }
    return table.write(one);
  };
  return connect({ ...runtime, app, table: { ...table, write } }, 'c1', principal(runtime));
}

test('a connection that ends before its feeds are written is refused, and leaves none of them', async () => {
  const outcome = await openMeanwhile(() => endConnection(runtime, 'c1', { socket: 'gone' }));
  expect(outcome).toEqual({ refused: 403, check: 'closed' });
  expect([rows('SUBS#'), rows('SLOT#')]).toEqual([[], []]);
});

test('a connection whose row tells of no feeds any more when it has ended leaves none of them', async () => {
  const outcome = await openMeanwhile(async () => {
    const [row] = rows('CONN#c1');
    const rest = Object.entries(row ?? {}).filter(([name]) => !name.startsWith('on '));
    const closed = { state: 'closed', closedAt: runtime.clock.now(), closedBy: 'another' };
    await runtime.table.write({ put: { ...keys.connection('c1'), ...Object.fromEntries(rest), ...closed } });
  });
  expect(outcome).toEqual({ refused: 403, check: 'closed' });
  expect([rows('SUBS#'), rows('SLOT#')]).toEqual([[], []]);
});

test('who was seen in a feed after the end of its connection is seen there no more', async () => {
  const user = runtime.app.kinds.get('user');
  const kinds = new Map([
    ...runtime.app.kinds,
    ...(user ? [['user', { ...user, presence: true }] as const] : []),
  ]);
  await openMeanwhile(
    async () => {
      await endConnection(runtime, 'c1', { socket: 'gone' });
      await runtime.clock.advance(10_000);
      for (const { done } of runtime.queue.receive()) done();
    },
    { ...runtime.app, kinds },
  );
  await runtime.clock.advance(10_000);
  expect(runtime.queue.receive().map(({ body }) => body)).toEqual([
    expect.objectContaining({ presenceIn: { tenant: 't', kind: 'user', id: 'ann' } }),
  ]);
});

test('a late $disconnect of an old connection frees nobody else’s slot', async () => {
  for (const id of ['c1', 'c2', 'c3']) await open(id);
  await endConnection(runtime, 'c1', { socket: 'gone' });
  await open('c4');
  await endConnection(runtime, 'c1', { socket: 'gone' });
  expect(await open('c5')).toEqual({ refused: 429, check: 'connections' });
});

test('a slot whose lease is over is free, though its row is still there', async () => {
  for (const id of ['c1', 'c2', 'c3']) await open(id);
  await runtime.clock.advance(leaseMs + 1);
  expect(await open('c4')).toHaveProperty('connection');
});

test('a slot of a vanished connection is taken over, but not within its first minute', async () => {
  for (const id of ['c1', 'c2', 'c3']) await open(id);
  runtime.sockets.drop('c2');
  expect(await open('c4')).toEqual({ refused: 429, check: 'connections' });
  await runtime.clock.advance(61_000);
  expect(await open('c5')).toHaveProperty('connection');
  expect(await readConnection(runtime.table, 'c2')).toMatchObject({ state: 'closed' });
  expect(await open('c6')).toEqual({ refused: 429, check: 'connections' });
});

test('with evict-oldest the oldest makes room, gets the reason, and is closed', async () => {
  runtime = memoryRuntime({ limits: { connectionsPerUser: 2 }, limitPolicy: 'evict-oldest' });
  await open('c1');
  await runtime.clock.advance(1000);
  await open('c2');
  await runtime.clock.advance(61_000);
  expect(await open('c3')).toHaveProperty('connection');
  expect(runtime.sockets.opened()).toEqual(['c2', 'c3']);
  expect(runtime.sockets.frames('c1').map((frame) => JSON.parse(frame).payload.code)).toEqual([4409]);
});

test('a token that was issued before its user was revoked does not connect', async () => {
  const { clock, table } = runtime;
  await table.write({ put: { ...keys.revoked('t', 'ann'), at: clock.now() + 1 } });
  expect(await open('c1')).toEqual({ refused: 403, check: 'revoked' });
  expect(rows('SLOT#')).toEqual([]);
  await clock.advance(1000);
  expect(await open('c2', principal(runtime))).toHaveProperty('connection');
});
