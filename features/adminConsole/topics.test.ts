import { beforeEach, expect, test } from 'vitest';
import { enterWindow } from '../../core/delivery/windows/batchWindow.ts';
import { keys } from '../../core/keys.ts';
import type { Principal } from '../../core/principal.ts';
import { admin, askActions, clientUser, desk, service } from '../../test/support/askActions.ts';
import { type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { openConnection } from '../../testing/openConnection.ts';

const dayMs = 24 * 3_600_000;

let memory: MemoryRuntime;
let ask: ReturnType<typeof askActions>;
beforeEach(() => {
  memory = memoryRuntime();
  ask = askActions(memory);
});

const open = (id: string, who: Partial<Principal> = {}) => openConnection(memory, id, principal(memory, who));
const say = (userId: string, body = 'hi') => ask(desk, 'message.send', { userId, body });
const describe = (topic: string, more: object = {}) => ask(admin, 'topic.describe', { topic, ...more });

test.each([
  ['connections.list', {}],
  ['connection.describe', { connectionId: 'c1' }],
  ['topic.list', { kind: 'room' }],
  ['topic.describe', { topic: 'room:lobby' }],
  ['topic.followers', { topic: 'room:lobby' }],
  ['topic.log', { topic: 'room:lobby' }],
])('%s is for admins', async (action, payload) => {
  for (const who of [desk, service, clientUser('carla')]) {
    expect(await ask(who, action, payload)).toMatchObject({
      code: 'forbidden',
      message: `${action} is for admin`,
    });
  }
});

test('the topics of a kind that something is stored of are listed, with where they stand', async () => {
  await ask(desk, 'engagement.update', { clientId: 'acme', score: 1 });
  const { epoch } = await ask(desk, 'engagement.update', { clientId: 'zen', score: 1 });
  await ask({ ...desk, tenant: 'other' }, 'engagement.update', { clientId: 'theirs', score: 1 });
  const updatedAt = memory.clock.now();
  const { topics, cursor } = await ask(admin, 'topic.list', { kind: 'client' });
  expect(topics).toEqual([
    { topic: 'client:acme', epoch: expect.any(String), seq: 1, updatedAt },
    { topic: 'client:zen', epoch, seq: 1, updatedAt },
  ]);
  expect(cursor).toBeUndefined();
  const first = await ask(admin, 'topic.list', { kind: 'client', limit: 1 });
  expect(first.topics).toMatchObject([{ topic: 'client:acme' }]);
  const second = await ask(admin, 'topic.list', { kind: 'client', limit: 1, cursor: first.cursor });
  expect(second.topics).toMatchObject([{ topic: 'client:zen' }]);
});

test('a kind without ids has one topic, and users’ own feeds are listed by their users', async () => {
  await ask(service, 'alert.raise', { to: { tenant: true }, severity: 'info', title: 'x' });
  await say('bob');
  await say('kim 金');
  const listed = async (kind: string) => (await ask(admin, 'topic.list', { kind })).topics;
  expect(await listed('tenant')).toMatchObject([{ topic: 'tenant', seq: 1 }]);
  expect(await listed('user')).toMatchObject([
    { topic: 'user:me', userId: 'bob', seq: 1 },
    { topic: 'user:me', userId: 'kim 金', seq: 1 },
  ]);
});

test('an unknown kind or topic says which there are', async () => {
  const unknown = { code: 'unknown_topic', message: expect.stringContaining('room:<id>') };
  expect(await ask(admin, 'topic.list', { kind: 'ward' })).toMatchObject(unknown);
  for (const topic of ['ward:7', 'room', 'room:a b', 'user:bob', 'user']) {
    expect(await describe(topic), topic).toMatchObject(unknown);
  }
});

test('a topic is described by where it stands and how many follow it', async () => {
  await open('c1', { userId: 'ann' });
  const carla = await open('c2', { userId: 'carla', roles: ['client'], clients: ['acme'] });
  await carla.ask('1', { action: 'subscribe', topic: 'room:lobby' });
  await carla.ask('2', { action: 'room.send', topic: 'room:lobby', payload: { body: 'hi' } });
  const { updatedAt, ...room } = await describe('room:lobby');
  expect(updatedAt).toBe(memory.clock.now());
  expect(room).toEqual({
    topic: 'room:lobby',
    epoch: expect.any(String),
    seq: 1,
    followers: 1,
    retainedMs: dayMs,
    maySubscribe: true,
  });
  await ask(desk, 'engagement.update', { clientId: 'acme', score: 1 });
  expect(await describe('client:acme')).toMatchObject({
    seq: 1,
    followers: 1,
    followersOfAll: 1,
    maySubscribe: false,
  });
  expect(await describe('client:*')).toMatchObject({
    epoch: null,
    seq: 0,
    followers: 1,
    maySubscribe: false,
  });
});

test('of very many followers 10,000 are counted', async () => {
  const ttl = memory.clock.now() / 1000 + 60;
  const lobby = { kind: 'room', id: 'lobby' };
  for (let n = 0; n <= 10_000; n++) {
    await memory.table.write({ put: { ...keys.subscriber('t', lobby, `u${n}`, 'c'), ttl } });
  }
  expect(await describe('room:lobby')).toMatchObject({ followers: 10_000 });
});

test('whom the tenant’s feed is muted for does not count among its followers', async () => {
  const ann = await open('c1');
  await open('c2', { userId: 'bob' });
  await ann.ask('1', { action: 'unsubscribe', topic: 'tenant' });
  expect(await describe('tenant')).toMatchObject({ followers: 1 });
  const { followers } = await ask(admin, 'topic.followers', { topic: 'tenant' });
  expect(followers).toEqual([{ connectionId: 'c2', userId: 'bob', roles: ['msp'] }]);
});

test('the batch window of all clients does not count among their followers', async () => {
  await open('c1');
  const all = { kind: 'client', id: '*' };
  const entry = {
    own: { from: 1 },
    lengthMs: 200,
    reach: 200,
    mayOpen: () => true,
    found: undefined,
    isCurrent: true,
  };
  await enterWindow(memory, keys.batchWindow('t', all), entry);
  expect(await describe('client:*')).toMatchObject({ followers: 1 });
  const { followers } = await ask(admin, 'topic.followers', { topic: 'client:*' });
  expect(followers).toEqual([{ connectionId: 'c1', userId: 'ann', roles: ['msp'] }]);
});

test('another user’s feed is user:me with its user, and userId is for nothing else', async () => {
  await open('c1', { userId: 'bob' });
  await say('bob');
  expect(await describe('user:me', { userId: 'bob' })).toMatchObject({
    topic: 'user:me',
    userId: 'bob',
    seq: 1,
    followers: 1,
    retainedMs: 7 * dayMs,
    maySubscribe: false,
  });
  expect(await describe('user:me')).toMatchObject({ userId: 'root', seq: 0, maySubscribe: true });
  expect(await describe('room:lobby', { userId: 'bob' })).toMatchObject({
    code: 'validation_failed',
    details: [{ path: 'payload.userId' }],
  });
});

test('to look at a topic that nobody used leaves no row', async () => {
  expect(await describe('room:empty')).toMatchObject({ epoch: null, seq: 0, followers: 0 });
  await ask(admin, 'topic.followers', { topic: 'room:empty' });
  await ask(admin, 'topic.log', { topic: 'room:empty' });
  await ask(admin, 'topic.list', { kind: 'room' });
  expect(memory.table.dump()).toEqual([]);
});

test('who follows a topic is listed in pages, with roles, and no other tenant’s', async () => {
  for (const [id, userId] of [
    ['c1', 'ann'],
    ['c2', 'ben'],
    ['c3', 'ben'],
  ] as const) {
    const one = await open(id, { userId, roles: userId === 'ann' ? ['msp', 'admin'] : ['client'] });
    await one.ask('1', { action: 'subscribe', topic: 'room:lobby' });
  }
  const stranger = await open('c4', { tenant: 'other' });
  await stranger.ask('1', { action: 'subscribe', topic: 'room:lobby' });
  const followersOf = (more: object) => ask(admin, 'topic.followers', { topic: 'room:lobby', ...more });
  const first = await followersOf({ limit: 2 });
  expect(first.followers).toEqual([
    { connectionId: 'c1', userId: 'ann', roles: ['msp', 'admin'] },
    { connectionId: 'c2', userId: 'ben', roles: ['client'] },
  ]);
  expect((await followersOf({ cursor: first.cursor })).followers).toEqual([
    { connectionId: 'c3', userId: 'ben', roles: ['client'] },
  ]);
});
