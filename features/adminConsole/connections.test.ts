import { beforeEach, expect, test } from 'vitest';
import { endConnection } from '../../core/connections/endConnection.ts';
import { enterWindow } from '../../core/delivery/windows/batchWindow.ts';
import { keys } from '../../core/keys.ts';
import type { Principal } from '../../core/principal.ts';
import { admin, askActions } from '../../test/support/askActions.ts';
import { type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { openConnection } from '../../testing/openConnection.ts';

let memory: MemoryRuntime;
let ask: ReturnType<typeof askActions>;
beforeEach(() => {
  memory = memoryRuntime();
  ask = askActions(memory);
});

const open = (id: string, who: Partial<Principal> = {}) => openConnection(memory, id, principal(memory, who));
const list = async (payload: object = {}, who: Partial<Principal> = admin) => {
  const { connections, cursor } = await ask(who, 'connections.list', payload);
  return {
    ids: (connections as { connectionId: string }[]).map(({ connectionId }) => connectionId),
    connections,
    ...(cursor !== undefined && { cursor }),
  };
};

test('an admin sees the open connections of the own tenant, and no other’s', async () => {
  const connectedAt = memory.clock.now();
  await open('c1');
  await open('c2', { userId: 'carla', roles: ['client'], clients: ['acme'] });
  await open('c3', { tenant: 'other' });
  expect((await list()).connections).toEqual([
    { connectionId: 'c1', userId: 'ann', roles: ['msp'], connectedAt },
    { connectionId: 'c2', userId: 'carla', roles: ['client'], connectedAt },
  ]);
  expect((await list({}, { ...admin, tenant: 'other' })).ids).toEqual(['c3']);
});

test('the batch window of the tenant’s feed is among its subscribers, and is no connection', async () => {
  await open('c1');
  const entry = { own: { epoch: 'e', from: 1 }, lengthMs: 80, reach: 1, mayOpen: () => true };
  const key = keys.batchWindow('t', { kind: 'tenant' });
  await enterWindow(memory, key, { ...entry, found: undefined, isCurrent: true });
  expect((await list()).ids).toEqual(['c1']);
});

test('those of a user, or that hold a role', async () => {
  await open('c1');
  await open('c2');
  await open('c3', { userId: 'anna', roles: ['client', 'msp'] });
  await open('c4', { userId: 'carla', roles: ['client'] });
  expect((await list({ userId: 'ann' })).ids).toEqual(['c1', 'c2']);
  expect((await list({ role: 'client' })).ids).toEqual(['c3', 'c4']);
  expect((await list({ userId: 'anna', role: 'service' })).ids).toEqual([]);
  expect(await ask(admin, 'connections.list', { role: 'nurse' })).toMatchObject({
    code: 'validation_failed',
    details: [{ path: 'payload.role', message: 'must be one of msp, client, admin, service' }],
  });
});

/** All pages, each with its size as an answer. */
async function pages(payload: object) {
  const ids: string[] = [];
  const sizes: number[] = [];
  for (let cursor: unknown; ; ) {
    const page = await ask(admin, 'connections.list', {
      ...payload,
      ...(cursor === undefined ? {} : { cursor }),
    });
    ids.push(...(page.connections as { connectionId: string }[]).map(({ connectionId }) => connectionId));
    sizes.push(Buffer.byteLength(JSON.stringify(page)));
    cursor = page.cursor;
    if (cursor === undefined) return { ids, sizes };
  }
}

test('pages hold each connection once, and fit a frame however long the names are', async () => {
  const all = Array.from({ length: 120 }, (_, n) => `c${String(n).padStart(3, '0')}`);
  for (const id of all) await open(id, { userId: `${'u'.repeat(500)}-${id}` });
  const { ids, sizes } = await pages({ limit: 100 });
  expect(ids).toEqual(all);
  expect(Math.max(...sizes)).toBeLessThan(31_000);
  expect((await pages({ limit: 50 })).ids).toEqual(all);
});

test('a page of a role that few hold looks at no more than 500 connections, and says where to go on', async () => {
  for (let n = 0; n < 510; n++) {
    await open(`c${n}`, { userId: `u${String(n).padStart(3, '0')}`, roles: n === 509 ? ['admin'] : ['msp'] });
  }
  const first = await list({ role: 'admin' });
  expect(first).toMatchObject({ ids: [], cursor: expect.any(String) });
  expect((await list({ role: 'admin', cursor: first.cursor })).ids).toEqual(['c509']);
});

test('a cursor that nobody gave leads nowhere, and out of no tenant', async () => {
  await open('c1');
  await open('c2', { tenant: 'other', userId: 'zoe' });
  for (const cursor of ['SUB#zoe#c2', 'ZZZ', '#', '~'.repeat(700)]) {
    expect((await list({ cursor })).ids.filter((id) => id !== 'c1')).toEqual([]);
    expect((await list({ cursor, userId: 'zoe' })).ids).toEqual([]);
  }
  for (const cursor of ['', 'é', ' ', '~'.repeat(701)]) {
    expect((await ask(admin, 'connections.list', { cursor })).code).toBe('validation_failed');
  }
});

test('a connection whose lease is over is not listed, though its row is still there', async () => {
  await open('c1');
  await memory.clock.advance(2 * 3_600_000 + 5 * 60_000 + 1000);
  expect((await list()).ids).toEqual([]);
});

test('one connection is described with what it follows', async () => {
  const now = memory.clock.now();
  const carla = await open('c1', { userId: 'carla', roles: ['client'], clients: ['acme'] });
  await carla.ask('1', { action: 'subscribe', topic: 'room:lobby' });
  await carla.ask('2', { action: 'hello', payload: { v: 1, features: ['batch'] } });
  expect(await ask(admin, 'connection.describe', { connectionId: 'c1' })).toEqual({
    connectionId: 'c1',
    userId: 'carla',
    roles: ['client'],
    clients: ['acme'],
    connectedAt: now,
    expiresAt: now + 3_600_000,
    topics: ['client:acme', 'room:lobby', 'tenant', 'user:me'],
    features: ['batch'],
  });
});

test('one that ended, never was, or is another tenant’s is not there', async () => {
  await open('ended');
  await endConnection(memory, 'ended', { socket: 'gone', force: true });
  await open('theirs', { tenant: 'other' });
  const codes = [];
  for (const connectionId of ['ended', 'theirs', 'never']) {
    codes.push(await ask(admin, 'connection.describe', { connectionId }));
  }
  expect(new Set(codes.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(codes[0]).toMatchObject({ code: 'not_found' });
  expect((await ask(admin, 'connection.describe', { connectionId: '\ud800' })).code).toBe(
    'validation_failed',
  );
});
