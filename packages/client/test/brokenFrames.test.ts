import { expect, test } from 'vitest';
import { busyClient, noText, works } from './busyClient.ts';
import { outcomeOf } from './startClient.ts';

test.each([
  '{"type":"disconnect"}',
  '{"type":"disconnect","payload":{"reconnect":"now","retryAfterMs":"soon"}}',
  '{"type":"resync","topic":"room:a"}',
  '{"type":"resync","topic":"room:a","payload":{"epoch":"epoch-1","seq":null}}',
  '{"type":"unsubscribed","topic":"room:a"}',
  '{"type":"error"}',
  '{"type":"error","payload":{"message":{"toString":1,"valueOf":1}}}',
  '{"type":"ack","ref":"nobody"}',
  '{"type":"room.message","topic":"room:a","epoch":"epoch-1","seq":1}',
  '{"type":7,"topic":{},"payload":[]}',
  ...['{}', '[]', '[{"type":"disconnect"}]', '7', 'null', '"text"', '', 'no JSON', '{"type":'],
])('%s throws nothing, and the client goes on', async (text) => {
  const busy = await busyClient();
  busy.hear(text);
  await busy.server.advance(60_000);
  await works(busy);
});

test.each([
  ['queue:2030-01-01', 'queue.updated', { doctorId: noText, appointments: [] }],
  ['conversation:c', 'stream.delta', { streamId: 's', idx: noText, delta: noText }],
  ['conversation:c', 'stream.end', { streamId: 's', status: noText, text: noText }],
  ['room:a', 'presence', { joined: noText, left: noText, count: noText }],
  ['user:me', 'notification', { id: noText, kind: noText, unread: noText }],
  ['user:me', 'notification.read', { ids: noText, unread: noText }],
  ['user:me', 'job.result', { jobId: 'j', status: 'failed', error: { code: noText, message: noText } }],
  ['client:acme', 'interaction', { totals: noText }],
])('values without a text on %s, in %s, throw nothing', async (topic, type, payload) => {
  const busy = await busyClient();
  busy.server.respond('subscribe', (_frame, _connection, usual) => usual());
  for (let n = 0; n < 2; n++) busy.server.publish(topic, type, payload);
  for (const connection of busy.server.connections()) connection.send({ type, topic, payload });
  await busy.server.advance(1_000);
  await works(busy);
});

test('data that is no text throws nothing', async () => {
  const busy = await busyClient();
  for (const data of [undefined, null, new ArrayBuffer(2), { toString: 1, valueOf: 1 }]) busy.hear(data);
  await works(busy);
});

test('a request that is answered without a payload has its answer', async () => {
  const { server, client, wrong } = await busyClient();
  server.respond('stats', ({ ref }, connection) => {
    connection.send({ type: 'ack', ref });
    return undefined;
  });
  server.respond('auth', ({ ref }, connection) => {
    connection.send({ type: 'error', ref });
    return undefined;
  });
  const request = client.request as (action: string) => Promise<unknown>;
  const outcomes = [outcomeOf(client.request('stats')), outcomeOf(request('auth'))];
  await server.advance(0);
  expect(outcomes).toMatchObject([{ value: {} }, { error: { code: 'internal', retryable: false } }]);
  expect(wrong).toEqual([]);
});
