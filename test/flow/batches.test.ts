import { expect, test } from 'vitest';
import type { Client, Frame } from '../support/client.ts';
import { newTenant } from '../support/flow.ts';

const topic = 'orders:acme';
const carla = { user: 'carla', roles: ['client'], clients: ['acme'] } as const;
const messages = Array.from({ length: 20 }, (_, order) => ({ order, text: 'x'.repeat(1_000) }));

/** The events that came, out of batches and by themselves; once, since what was posted slowly may come again. */
function eventsOf({ transcript }: Client): Frame[] {
  const frames = transcript.flatMap((frame) =>
    frame.type === 'batch' ? (frame.payload.frames as Frame[]) : frame,
  );
  const events = frames.filter(({ type }) => type === 'channel.message');
  return [...new Map(events.map((event) => [event.seq, event])).values()];
}
const batchesOf = (client: Client): Frame[] => [
  ...new Map(client.of('batch').map((batch) => [JSON.stringify(batch), batch])).values(),
];

test('8: what one request has for a connection that asked for batches travels as one frame, and others get each', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  const batching = await tenant.connect(carla, '?feeds=&features=batch');
  const single = await tenant.connect(carla, '?feeds=');
  for (const one of [batching, single]) await one.ask('subscribe', { topic });
  await staff.ask('channel.publish', { topic, ref: 'many', payload: { messages } });
  const done = await staff.until(({ type, ref }) => type === 'fanout.complete' && ref === 'many');
  await Promise.all([batching.settled(), single.settled()]);
  expect(done.payload).toMatchObject({ delivered: 40, gone: 0 });
  const batches = batchesOf(batching);
  expect(batches.length).toBeLessThanOrEqual(2);
  for (const batch of batches) {
    expect(batch.ts).toBeTypeOf('number');
    expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThanOrEqual(30_000);
  }
  expect(single.of('batch')).toEqual([]);
  expect(eventsOf(batching).map(({ payload }) => payload.data)).toEqual(messages);
  const bySeq = (one: Frame, two: Frame) => Number(one.seq) - Number(two.seq);
  expect(eventsOf(batching)).toEqual(eventsOf(single).sort(bySeq));
});

test('8: hello begins batches, on what is followed already too, and a later one without them ends them', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  const client = await tenant.connect(carla);
  await client.ask('subscribe', { topic });
  const publish = async (ref: string) => {
    await staff.ask('channel.publish', { topic, ref, payload: { messages: [1, 2] } });
    await staff.until((frame) => frame.type === 'fanout.complete' && frame.ref === ref);
    await client.settled();
  };
  const hello = (payload: object) => client.ask('hello', { payload: { v: 1, clientId: 'tab', ...payload } });
  await hello({ features: ['batch'] });
  await publish('one');
  expect([batchesOf(client).length, client.of('channel.message').length]).toEqual([1, 0]);
  await hello({});
  await publish('two');
  expect([batchesOf(client).length, client.of('channel.message').length]).toEqual([1, 2]);
});
