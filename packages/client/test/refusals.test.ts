import { expect, test } from 'vitest';
import { createClient, type RequestOptions } from '../src/index.ts';
import { createTestServer } from '../testing/index.ts';
import { openClient, outcomeOf, startClient } from './startClient.ts';

const nested = (depth: number): unknown => (depth === 0 ? 'x' : [nested(depth - 1)]);
/** A circle is nothing that can be written as JSON. */
const circle: Record<string, unknown> = {};
circle.again = circle;
const half = '\ud83d';
const emptyBytes = JSON.stringify({
  action: 'room.send',
  ref: 'r',
  topic: 'room:a',
  payload: { a: '' },
}).length;
const request = (payload: object, options: RequestOptions = {}) => ({ payload, options });

test.each([
  ['half a surrogate pair in the ref', request({}, { ref: half }), 'bad_request'],
  ['a ref that is empty', request({}, { ref: '' }), 'bad_request'],
  ['a ref of 65 characters', request({}, { ref: 'r'.repeat(65) }), 'bad_request'],
  ['a ref that is no text', request({}, { ref: 7 as never }), 'bad_request'],
  ['a circle', request(circle), 'bad_request'],
  ['a big integer', request({ a: 1n }), 'bad_request'],
  ['32,001 bytes', request({ a: 'é'.repeat(16_000) }), 'payload_too_large'],
])('a request with %s is refused before it is sent, and for good', async (_, { payload, options }, code) => {
  const { server, client } = await openClient();
  const offline = startClient();
  offline.server.refuse(1_000);
  const outcomes = [client, offline.client].map((one) =>
    outcomeOf(one.request('room.send', payload as never, { topic: 'room:a', ...options })),
  );
  await server.advance(0);
  await offline.server.advance(0);
  for (const outcome of outcomes) {
    expect(outcome.error).toMatchObject({ name: 'TidingsError', code, retryable: false });
  }
  expect(server.asked('room.send')).toEqual([]);
});

test.each([
  ['a whole pair', request({ body: '😀 \\ud83d \\\\ud800 "\\' })],
  ['32 levels', request({ a: nested(30) })],
  ['brackets in texts', request({ '[{"\\': '[{"\\'.repeat(50) })],
  ['a ref of 64 characters', request({}, { ref: 'é'.repeat(64) })],
  ['32,000 bytes', request({ a: 'x'.repeat(32_000 - emptyBytes) }, { ref: 'r' })],
])('a request with %s is sent', async (_, { payload, options }) => {
  const { server, client } = await openClient();
  const answer = client.request('room.send', payload as never, { topic: 'room:a', ...options });
  await server.advance(0);
  await expect(answer).resolves.toMatchObject({ seq: 1 });
});

test('the limits are those that the server told, from then on', async () => {
  const limits = { frameBytes: 200 };
  const { server, client } = startClient({}, { hello: { limits } });
  const early = [{ a: 'x'.repeat(200) }, { a: [1] }].map((payload) =>
    outcomeOf(client.request('room.send', payload as never, { topic: 'room:a' })),
  );
  await server.advance(0);
  const late = outcomeOf(client.request('room.send', { a: 'x'.repeat(200) } as never, { topic: 'room:a' }));
  await server.advance(0);
  expect([...early, late]).toMatchObject([
    { error: { code: 'payload_too_large', retryable: false } },
    { value: { seq: 1 } },
    { error: { code: 'payload_too_large' } },
  ]);
});

test.each([
  ['half a surrogate pair', half],
  ['more than a frame', 'x'.repeat(33_000)],
])('a topic whose name holds %s is refused, and keeps nobody else from being greeted', async (_, id) => {
  const { server, client } = startClient();
  // The client itself judges only the size of what it sends: on a larger frame the connection would be closed.
  for (const action of ['hello', 'subscribe']) {
    server.respond(action, (frame, _connection, usual) =>
      /\\ud|x{99}/.test(JSON.stringify(frame)) ? { refused: 'bad_request' } : usual(),
    );
  }
  const [bad, good] = [client.topic('room', id), client.topic('room', 'a')];
  for (const topic of [bad, good]) topic.hold();
  const joined = outcomeOf(bad.joined());
  await server.advance(0);
  expect(client.status.getSnapshot().state).toBe('open');
  expect(joined).toMatchObject({ error: { retryable: false } });
  expect(good.isJoined).toBe(true);
  expect(server.asked().filter((frame) => /x{99}/.test(JSON.stringify(frame)))).toEqual([]);
});

test.each(['', 'c'.repeat(41), half, 7 as never])(
  'a clientId of %j is refused when the client is made',
  (clientId) => {
    const { options } = createTestServer();
    expect(() => createClient({ ...options, clientId })).toThrow(
      expect.objectContaining({ code: 'bad_request', message: expect.stringContaining('clientId') }),
    );
  },
);
