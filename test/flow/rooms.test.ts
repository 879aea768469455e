import { expect, test } from 'vitest';
import { newTenant } from '../support/flow.ts';

test('a room’s message reaches all but the sending connection, and the sender’s other tabs', async () => {
  const tenant = newTenant();
  const ann = await tenant.staff('ann');
  const annToo = await tenant.staff('ann');
  const ben = await tenant.clientUser('ben', 'acme');
  for (const who of [ann, annToo, ben]) await who.ask('subscribe', { topic: 'room:lobby' });
  const ack = await ann.ask('room.send', { topic: 'room:lobby', ref: 'm1', payload: { body: 'hello' } });
  expect(ack.payload.seq).toBe(1);
  for (const who of [annToo, ben]) {
    const frame = await who.type('room.message');
    expect(frame).toMatchObject({ topic: 'room:lobby', seq: 1, from: 'ann', payload: { body: 'hello' } });
  }
  await ann.type('fanout.complete');
  await ann.settled();
  expect(ann.of('room.message')).toEqual([]);
});

test('rooms are isolated from each other', async () => {
  const tenant = newTenant();
  const ann = await tenant.staff('ann');
  const ben = await tenant.staff('ben');
  await ann.ask('subscribe', { topic: 'room:red' });
  await ben.ask('subscribe', { topic: 'room:blue' });
  await ann.ask('room.send', { topic: 'room:red', ref: 'red', payload: { body: 'only red' } });
  await ann.type('fanout.complete');
  await ben.settled();
  expect(ben.of('room.message')).toEqual([]);
  const refused = await ben.ask('room.send', { topic: 'room:red', payload: { body: 'let me in' } });
  expect(refused.payload.code).toBe('not_subscribed');
});

test('who is in a room is listed once, with the number of devices', async () => {
  const tenant = newTenant();
  const tabs = [await tenant.staff('ann'), await tenant.staff('ann'), await tenant.staff('ben')] as const;
  for (const tab of tabs) await tab.ask('subscribe', { topic: 'room:lobby' });
  const { payload } = await tabs[2].ask('presence.get', { topic: 'room:lobby' });
  expect(payload.users).toEqual([
    { userId: 'ann', devices: 2 },
    { userId: 'ben', devices: 1 },
  ]);
});

test('after unsubscribing nothing of the topic comes any more', async () => {
  const tenant = newTenant();
  const ann = await tenant.staff('ann');
  const ben = await tenant.staff('ben');
  for (const who of [ann, ben]) await who.ask('subscribe', { topic: 'room:lobby' });
  expect((await ben.ask('unsubscribe', { topic: 'room:lobby' })).type).toBe('ack');
  await ann.ask('room.send', { topic: 'room:lobby', ref: 'late', payload: { body: 'still there?' } });
  await ann.type('fanout.complete');
  await ben.settled();
  expect(ben.of('room.message')).toEqual([]);
  expect((await ben.ask('unsubscribe', { topic: 'room:lobby' })).payload.code).toBe('not_subscribed');
});
