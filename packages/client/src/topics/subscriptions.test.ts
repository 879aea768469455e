import { expect, test } from 'vitest';
import { openClient, outcomeOf, startClient } from '../../test/startClient.ts';

test('hello brings every followed topic up to date, from its position', async () => {
  const { server, client } = startClient();
  client.topic('room', 'a').hold();
  client.topic('tenant').hold();
  await server.advance(0);
  server.publish('room:a', 'room.message');
  await server.advance(0);
  server.drop();
  await server.advance(1_000);
  expect(server.asked('hello').map(({ payload }) => payload?.subs)).toEqual([
    [{ topic: 'room:a' }, { topic: 'tenant' }],
    [
      { topic: 'room:a', since: { epoch: 'epoch-1', seq: 1 } },
      { topic: 'tenant', since: { epoch: 'epoch-2', seq: 0 } },
    ],
  ]);
  expect(server.asked('subscribe')).toEqual([]);
});

test('however many listen to a topic, the server hears of it once, and of its end when the last one has left', async () => {
  const { server, client } = await openClient();
  const topic = client.topic('room', 'a');
  const [first, second, third] = [
    topic.on('*', () => {}),
    topic.on('reset', () => {}),
    topic.hold(),
  ] as const;
  await server.advance(0);
  first();
  first();
  second();
  await server.advance(5_000);
  expect(server.asked('subscribe')).toHaveLength(1);
  expect(server.asked('unsubscribe')).toHaveLength(0);
  third();
  await server.advance(999);
  expect(server.asked('unsubscribe')).toHaveLength(0);
  await server.advance(1);
  expect(server.asked('unsubscribe')).toMatchObject([{ topic: 'room:a' }]);
  expect(topic.position).toBeUndefined();
});

test('a listener that leaves and comes back at once changes nothing', async () => {
  const { server, client } = await openClient();
  const topic = client.topic('room', 'a');
  topic.hold()();
  topic.hold();
  await server.advance(60_000);
  expect(server.asked('subscribe')).toHaveLength(1);
  expect(server.asked('unsubscribe')).toHaveLength(0);
});

test('who comes back while the server is still letting go is subscribed after it, not at the same time', async () => {
  const { server, client } = await openClient();
  const topic = client.topic('room', 'a');
  const stop = topic.hold();
  await server.advance(0);
  let letGo = () => {};
  server.respond('unsubscribe', ({ ref }, connection) => {
    letGo = () => {
      connection.topics.delete('room:a');
      connection.send({ type: 'ack', ref, payload: {} });
    };
    return undefined;
  });
  stop();
  await server.advance(1_000);
  topic.hold();
  await server.advance(0);
  expect(server.asked('subscribe')).toHaveLength(1);
  letGo();
  await server.advance(0);
  expect(server.asked('subscribe')).toHaveLength(2);
  server.publish('room:a', 'room.message');
  await server.advance(0);
  expect(topic.position?.seq).toBe(1);
});

test('a topic that the server takes away says why, and is asked for again on the next connection', async () => {
  const { server, client } = await openClient();
  const topic = client.topic('msp');
  const errors: string[] = [];
  topic.on('error', ({ code }) => errors.push(code));
  await server.advance(0);
  server.push('msp', { type: 'unsubscribed', payload: { code: 'forbidden' } });
  await server.advance(120_000);
  expect(errors).toEqual(['forbidden']);
  expect(topic.error).toMatchObject({ code: 'forbidden' });
  await expect(topic.joined()).rejects.toMatchObject({ code: 'forbidden' });
  expect(server.asked('subscribe')).toHaveLength(1);
  server.drop();
  await server.advance(1_000);
  await topic.joined();
  expect(topic.error).toBeUndefined();
});

test('one refused topic does not keep the others from being followed', async () => {
  const { server, client } = await openClient();
  server.respond('subscribe', ({ topic }) =>
    topic === 'msp' ? { refused: 'forbidden' } : { epoch: 'e', seq: 0, recovered: false },
  );
  const [msp, tenant] = [client.topic('msp'), client.topic('tenant')];
  for (const topic of [msp, tenant]) topic.hold();
  const outcomes = [outcomeOf(msp.joined()), outcomeOf(tenant.joined())];
  await server.advance(0);
  expect(outcomes).toMatchObject([{ error: { code: 'forbidden' } }, { value: undefined }]);
});

test('a subscription that fails for now is tried again', async () => {
  const { server, client } = await openClient();
  let failures = 5;
  server.respond('subscribe', () =>
    failures-- > 0 ? { refused: 'unavailable', retryable: true } : { epoch: 'e', seq: 0, recovered: false },
  );
  const topic = client.topic('tenant');
  topic.hold();
  const joined = outcomeOf(topic.joined());
  await server.advance(20_000);
  expect(joined).toEqual({});
  await server.advance(60_000);
  expect(joined).toEqual({ value: undefined });
});

test('an event without a number is delivered as it comes', async () => {
  const { server, client } = await openClient({}, { hello: { rotateAfterMs: 60_000 } });
  const seen: unknown[] = [];
  client.topic('room', 'a').on('*', ({ payload }) => seen.push(payload));
  await server.advance(0);
  server.push('room:a', { type: 'typing', payload: { by: 'bo' } });
  await server.advance(0);
  expect(seen).toEqual([{ by: 'bo' }]);
});

test('the sender of a room’s message sees it at its place among the others', async () => {
  const { server, client } = await openClient();
  const seen: unknown[] = [];
  client
    .topic('room', 'a')
    .on('room.message', ({ seq, from, payload }) => seen.push([seq, from, payload.body]));
  await server.advance(0);
  server.publish('room:a', 'room.message', { body: 'one' });
  const answer = client.request('room.send', { body: 'two' }, { topic: 'room:a' });
  await server.advance(0);
  server.publish('room:a', 'room.message', { body: 'three' });
  await server.advance(0);
  expect(seen).toEqual([
    [1, 'bo', 'one'],
    [2, 'ada', 'two'],
    [3, 'bo', 'three'],
  ]);
  await expect(answer).resolves.toMatchObject({ seq: 2 });
  expect(server.asked('subscribe')).toHaveLength(1);
});

test('what did not fit into the answer of hello is asked for by itself, from our own position', async () => {
  const { server, client } = await openClient();
  const topic = client.topic('room', 'a');
  const resets: unknown[] = [];
  topic.on('reset', (reset) => resets.push(reset));
  await server.advance(0);
  for (let n = 0; n < 3; n++) server.publish('room:a', 'room.message');
  await server.advance(0);
  const { epoch, seq } = server.topic('room:a').events[2] ?? { epoch: '', seq: 0 };
  server.respond('hello', (_, { id }) => ({
    userId: 'ada',
    tenant: 'acme',
    connectionId: id,
    expiresAt: server.clock.now() + 3_600_000,
    rotateAfterMs: 6_000_000,
    heartbeatMs: 60_000,
    limits: {},
    subs: [{ topic: 'room:a', epoch, seq: 0, recovered: false, more: true }],
  }));
  server.drop();
  await server.advance(1_000);
  expect(server.asked('subscribe').at(-1)).toMatchObject({ payload: { since: { epoch, seq } } });
  expect([topic.position?.seq, resets]).toEqual([3, []]);
});

test('while one connection replaces another an event without a number comes once', async () => {
  const { server, client } = await openClient({}, { hello: { rotateAfterMs: 60_000 } });
  const seen: unknown[] = [];
  client.topic('room', 'a').on('*', ({ type }) => seen.push(type));
  server.respond('stats', () => undefined);
  await server.advance(59_000);
  const owed = outcomeOf(client.request('stats'));
  await server.advance(1_000);
  expect(server.connections()).toHaveLength(2);
  server.push('room:a', { type: 'typing' });
  await server.advance(0);
  expect([seen, owed]).toEqual([['typing'], {}]);
});
