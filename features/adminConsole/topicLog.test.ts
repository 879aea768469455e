import { beforeEach, expect, test } from 'vitest';
import { createApp } from '../../core/api/createApp.ts';
import type { Principal } from '../../core/principal.ts';
import { admin, askActions, clientUser, desk } from '../../test/support/askActions.ts';
import { type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { meteredTable } from '../../test/support/meteredTable.ts';
import { openConnection } from '../../testing/openConnection.ts';
import { runStream } from '../assistant/runStream.ts';
import { features } from '../index.ts';
import { rooms } from '../rooms/index.ts';

let memory: MemoryRuntime;
let ask: ReturnType<typeof askActions>;
beforeEach(() => {
  memory = memoryRuntime();
  ask = askActions(memory);
});

interface Entry {
  readonly seq: number;
  readonly type: string;
  readonly payload?: object;
}
const logOf = async (topic: string, more: object = {}, who: Partial<Principal> = admin) => {
  const { events, more: isMore, epoch } = await ask(who, 'topic.log', { topic, ...more });
  return { events: events as Entry[], more: isMore, epoch };
};
const adminAnd = (...roles: string[]): Partial<Principal> => ({ ...admin, roles: ['admin', ...roles] });
const sayTo = (userId: string, body: string) => ask(desk, 'message.send', { userId, body });

test('events come newest first, in pages, as what happened and by whom', async () => {
  for (let n = 1; n <= 5; n++) await sayTo('bob', `no. ${n}`);
  const whose = { userId: 'bob' };
  const { events, more, epoch } = await logOf('user:me', { ...whose, limit: 2 });
  const entry = { id: expect.any(String), type: 'message', ts: memory.clock.now(), from: 'desk' };
  expect(events).toEqual([5, 4].map((seq) => ({ ...entry, seq, bytes: expect.any(Number) })));
  expect({ more, epoch }).toEqual({ more: true, epoch: expect.any(String) });
  expect((await logOf('user:me', { ...whose, limit: 2, before: 4 })).events).toMatchObject([
    { seq: 3 },
    { seq: 2 },
  ]);
  expect(await logOf('user:me', { ...whose, limit: 2, before: 2 })).toMatchObject({
    events: [{ seq: 1 }],
    more: false,
  });
  expect((await logOf('user:me', { ...whose, before: 1 })).events).toEqual([]);
});

test('a user’s own feed is read by its user alone, whoever else is an admin', async () => {
  await sayTo('bob', 'secret');
  expect(JSON.stringify(await logOf('user:me', { userId: 'bob' }))).not.toContain('secret');
  await sayTo('root', 'secret');
  const own = [{ payload: { body: 'secret' } }];
  expect((await logOf('user:me')).events).toMatchObject(own);
  expect((await logOf('user:me', { userId: 'root' })).events).toMatchObject(own);
});

test('of a conversation nobody but its owner reads a word', async () => {
  const { conversationId, streamId } = await ask(clientUser('carla'), 'assistant.ask', { text: 'secret' });
  const model = {
    async *stream() {
      yield 'secret, too';
    },
  };
  await runStream({ ...memory, model }, { tenant: 't', id: String(streamId) });
  const topic = `conversation:${conversationId}`;
  for (const who of [admin, adminAnd('msp', 'service', 'client')]) {
    const log = await logOf(topic, {}, who);
    expect(log.events).toMatchObject([
      { seq: 2, type: 'stream.end' },
      { seq: 1, type: 'stream.start', from: 'carla' },
    ]);
    expect(JSON.stringify(log)).not.toContain('secret');
  }
  const { events } = await logOf(topic, {}, { ...clientUser('carla'), roles: ['client', 'admin'] });
  expect(events).toMatchObject([{ payload: { text: 'secret, too' } }, { payload: { text: 'secret' } }]);
});

test('of a client, and of a board, an admin reads what the admin’s other roles may', async () => {
  await ask(desk, 'engagement.update', { clientId: 'acme', note: 'secret' });
  const date = '2026-01-02';
  await ask(desk, 'queue.book', { date, doctorId: 'house', patientId: 'secret', at: '09:00' });
  for (const topic of ['client:acme', `queue:${date}`]) {
    expect(JSON.stringify(await logOf(topic))).not.toContain('secret');
    expect(JSON.stringify(await logOf(topic, {}, adminAnd('msp')))).toContain('secret');
  }
  const ofAcme = { ...adminAnd('client'), clients: ['acme'] };
  expect(JSON.stringify(await logOf('client:acme', {}, ofAcme))).toContain('secret');
  expect(JSON.stringify(await logOf(`queue:${date}`, {}, ofAcme))).not.toContain('secret');
});

test('of a room, whom the app’s rule lets in', async () => {
  const closed = rooms({ maySubscribe: ({ roles }) => roles.includes('msp'), who: 'msp' });
  memory = {
    ...memory,
    app: createApp(features.map((one) => (one.name === 'rooms' ? closed : one))),
  };
  ask = askActions(memory);
  const ann = await openConnection(memory, 'c1', principal(memory));
  await ann.ask('1', { action: 'subscribe', topic: 'room:lobby' });
  await ann.ask('2', { action: 'room.send', topic: 'room:lobby', payload: { body: 'secret' } });
  expect((await logOf('room:lobby')).events).toMatchObject([{ type: 'room.message', from: 'ann' }]);
  expect(JSON.stringify(await logOf('room:lobby'))).not.toContain('secret');
  expect(JSON.stringify(await logOf('room:lobby', {}, adminAnd('msp')))).toContain('secret');
});

test('no other tenant’s events, under the same names', async () => {
  await ask(desk, 'engagement.update', { clientId: 'acme', note: 'ours' });
  const theirs = { ...adminAnd('msp'), tenant: 'other' };
  expect(await logOf('client:acme', {}, theirs)).toEqual({ events: [], epoch: null, more: false });
});

test('what is over is not shown, though its row is still there', async () => {
  await sayTo('bob', 'old');
  await memory.clock.advance(7 * 24 * 3_600_000 - 1000);
  await sayTo('bob', 'new');
  await memory.clock.advance(1001);
  expect(await logOf('user:me', { userId: 'bob' })).toMatchObject({ events: [{ seq: 2 }], more: false });
});

test('a page fits a frame, with contents and without', async () => {
  for (let n = 0; n < 8; n++) await sayTo('root', 'x'.repeat(9_000));
  const whole = await logOf('user:me');
  expect(whole.events).toHaveLength(3);
  expect(whole.more).toBe(true);
  expect(Buffer.byteLength(JSON.stringify(whole))).toBeLessThan(31_000);
  const other = await logOf('user:me', { userId: 'root' }, { ...admin, userId: 'other' });
  expect(other).toMatchObject({ more: false });
  expect(other.events).toHaveLength(8);
  expect(other.events.every(({ payload }) => payload === undefined)).toBe(true);
});

test('a page reads little more than it shows, though what is in the events is left out', async () => {
  for (let n = 0; n < 60; n++) await ask(desk, 'engagement.update', { clientId: 'acme', score: n });
  const { table, meter } = meteredTable(memory.table);
  const looking = askActions({ ...memory, table: { ...memory.table, ...table } });
  meter.reset();
  await looking(admin, 'topic.log', { topic: 'client:acme', limit: 10 });
  const event = memory.table.dump().find(({ pk }) => pk.startsWith('LOG#'));
  const rows = meter.bytes / Buffer.byteLength(JSON.stringify(event));
  expect(rows).toBeGreaterThan(10);
  expect(rows).toBeLessThan(20);
});

test('all topics of a kind as one have no events of their own', async () => {
  expect(await ask(admin, 'topic.log', { topic: 'client:*' })).toMatchObject({
    code: 'validation_failed',
    details: [{ path: 'payload.topic' }],
  });
});
