import { beforeEach, expect, test } from 'vitest';
import { type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import type { Key } from '../ports.ts';
import { maxSearchMs } from '../timeouts.ts';
import { connect } from './connect.ts';
import { leaseMs, readConnection } from './connections.ts';
import { reap } from './reap.ts';
import { renew } from './renewal.ts';

const minuteMs = 60_000;
let runtime: MemoryRuntime;
beforeEach(() => {
  runtime = memoryRuntime();
});
async function open(connectionId: string, lifeMs: number, userId = 'ann') {
  runtime.sockets.open(connectionId);
  const connected = await connect(
    runtime,
    connectionId,
    principal(runtime, { userId, expiresAt: runtime.clock.now() + lifeMs }),
  );
  if ('refused' in connected) throw new Error(`refused with ${connected.refused}`);
  return connected.connection;
}
const codes = (id: string) => runtime.sockets.frames(id).map((frame) => JSON.parse(frame).payload.code);
const left = () => runtime.table.dump().map(({ pk }) => pk.split('#')[0]);

test('an expired token’s connection gets 4401, is closed, and leaves nothing but its tombstone', async () => {
  await open('c1', 5 * minuteMs);
  await runtime.clock.advance(5 * minuteMs);
  expect(await reap(runtime)).toBe(1);
  expect(codes('c1')).toEqual([4401]);
  expect(runtime.sockets.opened()).toEqual([]);
  expect(new Set(left())).toEqual(new Set(['CONN']));
});

test('a connection is left alone until its very end', async () => {
  await open('c1', 5.5 * minuteMs);
  for (let minute = 0; minute < 5; minute++) {
    await runtime.clock.advance(minuteMs);
    expect(await reap(runtime)).toBe(0);
  }
  expect(await reap(runtime)).toBe(0);
  await runtime.clock.advance(minuteMs / 2);
  expect(await reap(runtime)).toBe(1);
});

test('a renewed connection lives to its new end, and ends then', async () => {
  const connection = await open('c1', 5 * minuteMs);
  const seconds = runtime.clock.now() / 1000;
  const token = runtime.tokens.issue({
    sub: 'ann',
    tenant: 't',
    roles: ['msp'],
    iat: seconds,
    exp: seconds + 600,
  });
  await renew(runtime, connection, token);
  await runtime.clock.advance(5 * minuteMs);
  expect(await reap(runtime)).toBe(0);
  await runtime.clock.advance(5 * minuteMs);
  expect(await reap(runtime)).toBe(1);
});

test('a connection that vanished unreported goes with its lease', async () => {
  await open('c1', 3 * leaseMs);
  runtime.sockets.drop('c1');
  await runtime.clock.advance(leaseMs);
  expect(await reap(runtime)).toBe(1);
  expect(await readConnection(runtime.table, 'c1')).toMatchObject({ state: 'closed' });
  expect(new Set(left())).toEqual(new Set(['CONN']));
});

test('a run that could not close a socket is made good by the next, and the slot stays taken until then', async () => {
  await open('c1', minuteMs);
  await runtime.clock.advance(minuteMs);
  const { sockets } = runtime;
  const failing = {
    ...runtime,
    sockets: { ...sockets, close: () => Promise.reject(new Error('no network')) },
  };
  expect(await reap(failing)).toBe(0);
  expect(left()).toContain('USER');
  expect(runtime.reports).toEqual(['closing an expired connection: Error: no network']);
  await runtime.clock.advance(minuteMs);
  expect(await reap(runtime)).toBe(1);
  expect(left()).not.toContain('USER');
});

test('minutes that no run has seen are made up for', async () => {
  await open('c1', minuteMs);
  await reap(runtime);
  await runtime.clock.advance(100 * minuteMs);
  expect(await reap(runtime)).toBe(1);
});

test('all that expire in one minute end in one run, in however many partitions they are', async () => {
  for (let n = 0; n < 40; n++) await open(`connection-${n}`, 5 * minuteMs, `user-${n}`);
  const partitions = new Set(
    runtime.table.dump().flatMap(({ pk }) => (pk.startsWith('EXPIRY#') ? [pk] : [])),
  );
  expect(partitions.size).toBe(8);
  await runtime.clock.advance(5 * minuteMs);
  expect(await reap(runtime)).toBe(40);
  expect(left()).not.toContain('EXPIRY');
});

test('who could not be ended is looked at again, whichever partition has it, and however much later', async () => {
  for (let n = 0; n < 16; n++) await open(`connection-${n}`, 5 * minuteMs, `user-${n}`);
  await runtime.clock.advance(5 * minuteMs);
  const { sockets } = runtime;
  const failing = {
    ...runtime,
    sockets: {
      ...sockets,
      close: (id: string) =>
        id === 'connection-3' ? Promise.reject(new Error('no network')) : sockets.close(id),
    },
  };
  expect(await reap(failing)).toBe(15);
  await runtime.clock.advance(10 * minuteMs);
  expect(await reap(runtime)).toBe(1);
});

test('a connection whose end fails keeps no other from its own', async () => {
  for (const id of ['c1', 'c2']) await open(id, 5 * minuteMs);
  await open('c3', 6 * minuteMs);
  await runtime.clock.advance(6 * minuteMs);
  const { table } = runtime;
  const failing = {
    ...runtime,
    table: {
      ...table,
      get: (key: Key) => (key.pk === 'CONN#c1' ? Promise.reject(new Error('no database')) : table.get(key)),
    },
  };
  expect(await reap(failing)).toBe(2);
  expect(runtime.sockets.opened()).toEqual(['c1']);
  expect(runtime.reports).toEqual(['closing an expired connection: Error: no database']);
  expect(await reap(runtime)).toBe(1);
});

test('a connection is ended however late the reaper first comes', async () => {
  await open('c1', 5 * minuteMs);
  await runtime.clock.advance(10 * 60 * minuteMs);
  expect(await reap(runtime)).toBe(1);
});

test('a run that has no time left leaves the rest to the next one', async () => {
  for (let n = 0; n < 40; n++) await open(`connection-${n}`, 5 * minuteMs, `user-${n}`);
  await runtime.clock.advance(80 * minuteMs);
  const { table } = runtime;
  const slow = {
    ...runtime,
    table: {
      ...table,
      async write(write: Parameters<typeof table.write>[0]) {
        const isHandled = 'delete' in write && write.delete.pk.startsWith('EXPIRY#');
        if (isHandled) await runtime.clock.advance(maxSearchMs);
        return table.write(write);
      },
    },
  };
  const ended = await reap(slow);
  expect(ended).toBeGreaterThan(0);
  expect(ended).toBeLessThan(20);
  expect(await reap(runtime)).toBe(40 - ended);
});

test('more than a page of one partition is ended in one run', async () => {
  for (let n = 0; n < 1_000; n++) await open(`connection-${n}`, 5 * minuteMs, `user-${n}`);
  await runtime.clock.advance(5 * minuteMs);
  expect(await reap(runtime)).toBe(1_000);
  expect(left()).not.toContain('EXPIRY');
});
