import { expect, test } from 'vitest';
import { createApp } from '../../core/api/createApp.ts';
import { admin, clientUser, desk, service } from '../../test/support/askActions.ts';
import { peopleOf } from '../../test/support/peopleOf.ts';
import { rooms } from '../rooms/index.ts';
import type { ChannelOptions } from './channelOptions.ts';
import { channels } from './index.ts';

const [carla, otto] = [clientUser('carla'), clientUser('otto', 'globex')];
const own: ChannelOptions = {
  subscribe: ({ roles, clients }, id) => roles.includes('msp') || clients.includes(id),
  publish: ({ roles, clients }, id) => roles.includes('service') || clients.includes(id),
  maxBytes: 1_000,
  retention: { hours: 2 },
};
const app = (more: Partial<ChannelOptions> = {}) => peopleOf([channels({ orders: { ...own, ...more } })]);
const topic = 'orders:acme';
const range = (count: number, from = 1) => Array.from({ length: count }, (_, n) => n + from);
const seqs = (frames: readonly { seq?: number }[]) => frames.map(({ seq }) => seq);
const dataOf = (frames: unknown) =>
  (frames as readonly { payload: { data: unknown } }[]).map(({ payload }) => payload.data);

test('4: channel.publish brings any JSON to all who follow the channel, the sender too, in the order of the commits', async () => {
  const { connect, http } = app();
  const [sender, staff] = [await connect(carla), await connect(desk)];
  for (const each of [sender, staff]) await each.subscribe(topic);
  const all = [null, false, 0, '', [], {}, [1, { a: null }], JSON.parse('{"__proto__":{"constructor":1}}')];
  for (const [n, data] of all.entries()) {
    expect(await sender.ask('channel.publish', { topic, payload: { data } })).toMatchObject({ seq: n + 1 });
  }
  expect((await http(service, 'channel.publish', { topic, payload: { data: 'machine' } })).seq).toBe(9);
  for (const { of } of [sender, staff]) {
    expect(JSON.stringify(dataOf(of('channel.message')))).toBe(JSON.stringify([...all, 'machine']));
    expect(seqs(of('channel.message'))).toEqual(range(9));
  }
  expect(staff.of('channel.message').at(-1)).toMatchObject({
    topic,
    from: 'crm',
    payload: { data: 'machine' },
  });
});

test('4: who may publish is the app’s rule, and needs no subscription; who may subscribe is another', async () => {
  const { connect, http } = app();
  const payload = { data: 1 };
  const [staff, stranger] = [await connect(desk), await connect(otto)];
  expect(await staff.subscribe(topic)).toMatchObject({ seq: 0 });
  expect((await staff.ask('channel.publish', { topic, payload })).code).toBe('forbidden');
  expect((await stranger.subscribe(topic)).code).toBe('forbidden');
  expect((await stranger.ask('channel.publish', { topic, payload })).code).toBe('forbidden');
  expect((await http(admin, 'channel.publish', { topic, payload })).code).toBe('forbidden');
  const machine = await connect(service);
  expect((await machine.subscribe(topic)).code).toBe('forbidden');
  expect((await machine.ask('channel.publish', { topic, payload })).seq).toBe(1);
});

test('4: several messages are all there or none, in their order, contiguous; the ack has the seq of the last, and a repeat sends all again', async () => {
  const { connect, runtime } = app();
  const [sender, staff] = [await connect(carla), await connect(desk)];
  await staff.subscribe(topic);
  await sender.ask('channel.publish', { topic, payload: { data: 'first' } });
  const several = { topic, ref: 'several', payload: { messages: range(50) } };
  const answer = await sender.ask('channel.publish', several);
  expect(answer).toMatchObject({ seq: 51 });
  const frames = staff.of('channel.message');
  expect(seqs(frames)).toEqual(range(51));
  expect(dataOf(frames)).toEqual(['first', ...range(50)]);
  expect(await sender.ask('channel.publish', several)).toEqual({ ...answer, dup: true });
  expect(staff.of('channel.message').slice(51)).toEqual(frames.slice(1));
  const logged = runtime.table.dump().filter(({ pk }) => pk.startsWith('LOG#t#orders'));
  expect(logged).toHaveLength(51);
});

test('4: what is no message, too large, or too many is refused, names the field, and writes nothing', async () => {
  const { connect, runtime } = app();
  const sender = await connect(carla);
  const before = runtime.table.dump();
  const refused = async (payload: object) => {
    const { code, details } = await sender.ask('channel.publish', { topic, payload });
    return `${code} ${(details as { path: string }[])[0]?.path}`;
  };
  expect(await refused({})).toBe('validation_failed payload');
  expect(await refused({ data: 1, messages: [1] })).toBe('validation_failed payload');
  expect(await refused({ messages: [] })).toBe('validation_failed payload.messages');
  expect(await refused({ messages: range(51) })).toBe('validation_failed payload.messages');
  expect(await refused({ data: 'x'.repeat(999) })).toBe('payload_too_large payload.data');
  expect(await refused({ data: 'é'.repeat(500) })).toBe('payload_too_large payload.data');
  expect(await refused({ messages: [1, 'x'.repeat(999)] })).toBe('payload_too_large payload.messages.1');
  const wrongTopic = await sender.ask('channel.publish', { topic: 'orders:*', payload: { data: 1 } });
  expect(wrongTopic.code).toBe('validation_failed');
  expect(runtime.table.dump()).toEqual(before);
  expect((await sender.ask('channel.publish', { topic, payload: { data: 'x'.repeat(998) } })).seq).toBe(1);
});

test('a repeat of what was published gets its first answer, whatever the rule has become', async () => {
  let isOpen = true;
  const { connect } = app({ publish: () => isOpen });
  const sender = await connect(carla);
  const frame = { topic, ref: 'once', payload: { data: 1 } };
  const answer = await sender.ask('channel.publish', frame);
  isOpen = false;
  expect(await sender.ask('channel.publish', frame)).toEqual({ ...answer, dup: true });
  expect((await sender.ask('channel.publish', { topic, payload: { data: 1 } })).code).toBe('forbidden');
});

test('3.3: a channel’s messages can be replayed for its own retention', async () => {
  const { connect, runtime } = app();
  const sender = await connect(carla);
  const { epoch } = await sender.subscribe(topic);
  await sender.ask('channel.publish', { topic, payload: { data: 1 } });
  const since = { epoch, seq: 0 };
  await runtime.clock.advance(2 * 3_600_000 - 600_000 - 3_300_000);
  expect(await sender.subscribe(topic, { since })).toMatchObject({ recovered: true, seq: 1 });
  await runtime.clock.advance(3_300_000);
  await sender.become({ expiresAt: runtime.clock.now() + 3_600_000, issuedAt: runtime.clock.now() });
  await runtime.clock.advance(600_001);
  expect(await sender.subscribe(topic, { since })).toMatchObject({ recovered: false, seq: 1 });
  expect(await sender.subscribe(topic, { last: 5 })).toMatchObject({ recovered: false, seq: 1, events: [] });
});

test('3.4a: all channels of a kind can be followed as one where the rule allows it for *: frames with their own numbers, and sync by time', async () => {
  const { connect, runtime } = app();
  const [staff, sender] = [await connect(desk), await connect({ ...carla, clients: ['acme', 'b'] })];
  const at = runtime.clock.now();
  expect(await staff.subscribe('orders:*')).toEqual({ at, recovered: false });
  expect((await sender.subscribe('orders:*')).code).toBe('forbidden');
  for (const each of [topic, 'orders:b', topic])
    await sender.ask('channel.publish', { topic: each, payload: { data: each } });
  expect(staff.of('channel.message').map((frame) => [frame.topic, frame.seq])).toEqual([
    [topic, 1],
    ['orders:b', 1],
    [topic, 2],
  ]);
  const heads = { 'orders:*': { at } };
  const { behind } = await staff.ask('sync', { payload: { heads } });
  expect(behind).toMatchObject({ [topic]: { seq: 2 }, 'orders:b': { seq: 1 } });
  await runtime.clock.advance(60_001);
  const later = { 'orders:*': { at: runtime.clock.now() } };
  expect((await staff.ask('sync', { payload: { heads: later } })).behind).toEqual({});
  expect((await sender.ask('sync', { payload: { heads } })).code).toBe('forbidden');
  expect((await staff.ask('unsubscribe', { topic: 'orders:*' })).code).toBeUndefined();
  await sender.ask('channel.publish', { topic, payload: { data: 'late' } });
  expect(staff.of('channel.message')).toHaveLength(3);
});

test('3.11: a narrower token leaves all channels of a kind too', async () => {
  const { connect } = app();
  const staff = await connect(desk);
  await staff.subscribe('orders:*');
  await staff.become({ roles: ['admin'] });
  expect(staff.of('unsubscribed')).toMatchObject([{ topic: 'orders:*', payload: { code: 'forbidden' } }]);
});

test('3.1: the names of other topics are reserved, and an app with a channel of one is not made', () => {
  const one =
    (name: string, more: object = {}) =>
    () =>
      createApp([channels({ [name]: { ...own, ...more } })]);
  for (const name of ['user', 'tenant', 'msp', 'client', 'room', 'queue', 'conversation']) {
    expect(one(name)).toThrow(
      `channels: ${name} cannot be a channel: user, tenant, msp, client, room, queue, conversation are`,
    );
  }
  expect(one('Orders')).toThrow('"Orders" cannot be a kind of topic');
  expect(() => createApp([rooms({ maySubscribe: () => true }), channels({ rooms: own })])).not.toThrow();
  expect(() => createApp([channels({ order: own, orders: own })])).toThrow(
    'orders cannot be a kind of topic',
  );
  expect(() => channels({})).toThrow('channels: name a kind');
  expect(one('orders', { subscribe: undefined })).toThrow('orders.subscribe is missing: say who may');
  expect(one('orders', { publish: 'anyone' })).toThrow('orders.publish is missing: say who may');
  expect(one('orders', { maxBytes: 0 })).toThrow('orders.maxBytes must be a whole number from 1 to 30000');
  expect(one('orders', { retention: { days: 31 } })).toThrow(
    'orders.retention must be from a minute to 30 days',
  );
  expect(one('orders', { retention: 60 })).toThrow('orders.retention must be from a minute to 30 days');
  expect(one('orders', { presence: false })).toThrow('orders.presence must be true, or left out');
});
