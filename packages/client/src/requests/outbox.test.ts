import { expect, test } from 'vitest';
import { openClient, outcomeOf, startClient } from '../../test/startClient.ts';
import type { TidingsError } from '../base/tidingsError.ts';

const refs = (frames: readonly { ref?: string }[]) => frames.map(({ ref }) => ref);

test('requests wait for a connection and are sent in their order', async () => {
  const { server, client } = startClient();
  server.respond('stats', ({ ref }) => ({ ref }));
  const answers = ['a', 'b', 'c'].map((ref) => outcomeOf(client.request('stats', {}, { ref })));
  await server.advance(0);
  expect(answers.map(({ value }) => value)).toEqual([{ ref: 'a' }, { ref: 'b' }, { ref: 'c' }]);
});

test('no more than so many requests wait, and none with fail', async () => {
  const { server, client } = await openClient({ maxQueued: 2 });
  server.refuse(1_000);
  server.drop();
  await server.advance(1_000);
  const outcomes = [1, 2, 3].map(() => outcomeOf(client.request('stats')));
  const failing = outcomeOf(client.request('stats', {}, { offline: 'fail' }));
  await server.advance(0);
  expect(outcomes).toMatchObject([{}, {}, { error: { code: 'queue_full', retryable: true } }]);
  expect(outcomes[0]).toEqual({});
  expect(failing.error).toMatchObject({ code: 'offline', retryable: true });
});

test('what was not answered is sent again on the next connection, with its ref', async () => {
  const { server, client } = await openClient();
  server.respond('stats', () => undefined);
  const answer = outcomeOf(client.request('stats'));
  await server.advance(100);
  server.respond('stats', () => ({ users: 1 }));
  server.drop();
  await server.advance(1_000);
  expect(answer.value).toEqual({ users: 1 });
  const [first, second] = refs(server.asked('stats'));
  expect(second).toBe(first);
});

test('with fail a request that was cut off says under which ref to ask again', async () => {
  const { server, client } = await openClient({ offline: 'fail' });
  server.respond('stats', () => undefined);
  const answer = outcomeOf(client.request('stats', {}, { ref: 'mine' }));
  await server.advance(100);
  server.drop();
  await server.advance(0);
  expect(answer.error).toMatchObject({ code: 'offline', retryable: true, ref: 'mine' });
});

test('a refusal that may pass is asked again, with the same ref and not for ever', async () => {
  const { server, client } = await openClient();
  server.respond('stats', () => ({ refused: 'unavailable', retryable: true }));
  const answer = outcomeOf(client.request('stats'));
  await server.advance(20_000);
  expect(answer.error).toMatchObject({ code: 'unavailable', retryable: true });
  expect(server.asked('stats')).toHaveLength(4);
  expect(new Set(refs(server.asked('stats'))).size).toBe(1);
});

test('a refusal that stays is told at once', async () => {
  const { server, client } = await openClient();
  server.respond('stats', () => ({ refused: 'forbidden' }));
  const answer = outcomeOf(client.request('stats'));
  await server.advance(0);
  expect(answer.error).toMatchObject({
    name: 'TidingsError',
    code: 'forbidden',
    retryable: false,
    details: [],
  });
});

test('where the server knows a connection no more, another one is opened, and asked the same again', async () => {
  for (const code of ['unauthenticated', 'token_expired'] as const) {
    const { server, client } = await openClient();
    const refs: unknown[] = [];
    server.respond('stats', ({ ref }) => {
      refs.push(ref);
      return refs.length > 1 ? {} : { refused: code };
    });
    const answer = outcomeOf(client.request('stats'));
    await server.advance(5_000);
    expect(answer.error).toBeUndefined();
    expect(new Set(refs).size).toBe(1);
    expect(refs).toHaveLength(2);
    expect(server.connections().map(({ id }) => id)).toEqual(['connection-2']);
    expect(client.status.getSnapshot().state).toBe('open');
  }
});

test('a token that does not verify ends no connection that is good without it', async () => {
  const { server, client } = await openClient({}, { tokenLifeMs: 600_000 });
  server.respond('auth', () => ({ refused: 'unauthenticated' }));
  await server.advance(550_000);
  expect(server.asked('auth').length).toBeGreaterThan(0);
  expect(server.connections().map(({ id }) => id)).toEqual(['connection-1']);
  expect(client.status.getSnapshot().state).toBe('open');
});

test('who would have to wait for longer than for an answer is told so at once', async () => {
  const { server, client } = await openClient();
  server.respond('stats', () => ({ refused: 'rate_limited', retryable: true, retryAfterMs: 58_000 }));
  const answer = outcomeOf(client.request('stats'));
  await server.advance(0);
  expect(answer.error).toMatchObject({ code: 'rate_limited', retryable: true, retryAfterMs: 58_000 });
});

test('after rate_limited nothing is sent for as long as the server asks', async () => {
  const { server, client } = await openClient();
  server.respond('stats', () => ({ refused: 'rate_limited', retryable: true, retryAfterMs: 800 }));
  const first = outcomeOf(client.request('stats'));
  await server.advance(0);
  server.respond('stats', () => ({}));
  const second = outcomeOf(client.request('stats'));
  await server.advance(799);
  expect(server.asked('stats')).toHaveLength(1);
  await server.advance(2_000);
  expect([first, second]).toEqual([{ value: {} }, { value: {} }]);
});

test('after rate_limited that names a field only this request waits', async () => {
  const { server, client } = await openClient();
  const details = [{ path: 'payload.userId', message: 'has had enough' }];
  server.respond('message.send', () => ({
    refused: 'rate_limited',
    retryable: true,
    retryAfterMs: 800,
    details,
  }));
  server.respond('stats', () => ({}));
  const sent = outcomeOf(client.request('message.send', { userId: 'ann', body: 'hi' }));
  await server.advance(0);
  const other = outcomeOf(client.request('stats'));
  await server.advance(0);
  expect(other).toEqual({ value: {} });
  server.respond('message.send', () => ({}));
  await server.advance(799);
  expect(server.asked('message.send')).toHaveLength(1);
  await server.advance(2_000);
  expect(sent).toEqual({ value: {} });
});

test('no more is sent than the server allows', async () => {
  const { server, client } = await openClient(
    {},
    { hello: { limits: { framesPerSecond: 10, frameBurst: 5 } } },
  );
  server.respond('stats', () => ({}));
  for (let n = 0; n < 20; n++) outcomeOf(client.request('stats'));
  await server.advance(0);
  expect(server.asked('stats')).toHaveLength(5);
  await server.advance(1_000);
  expect(server.asked('stats')).toHaveLength(15);
});

test('when a function dies over a request, it is asked again', async () => {
  const { server, client } = await openClient();
  let deaths = 2;
  server.respond('stats', (_, connection) => {
    if (deaths-- <= 0) return { users: 1 };
    connection.send({ message: 'Internal server error', connectionId: connection.id, requestId: 'x' });
    return undefined;
  });
  const answer = outcomeOf(client.request('stats'));
  await server.advance(5_000);
  expect(answer.value).toEqual({ users: 1 });
});

test('an answer that does not come is a timeout, which says that the request may have succeeded', async () => {
  const { server, client } = await openClient({ requestTimeoutMs: 5_000 });
  server.respond('stats', () => undefined);
  const answer = outcomeOf(client.request('stats', {}, { ref: 'mine' }));
  await server.advance(5_000);
  expect(answer.error).toMatchObject({ code: 'timeout', retryable: true, ref: 'mine' });
});

test('the time that the machine slept is no time to answer in', async () => {
  const { server, client } = await openClient({ requestTimeoutMs: 8_000 });
  server.respond('stats', () => undefined);
  const answer = outcomeOf(client.request('stats'));
  await server.advance(100);
  server.freeze();
  server.respond('stats', () => ({ users: 1 }));
  await server.clock.sleep(3_600_000);
  await server.advance(10_000);
  expect(answer).toEqual({ value: { users: 1 } });
});

test('a request is not sent again when the server may have forgotten its ref', async () => {
  const { server, client } = await openClient();
  server.respond('stats', () => undefined);
  const answer = outcomeOf(client.request('stats'));
  await server.advance(100);
  server.refuse(1_000_000);
  server.drop();
  await server.clock.sleep(23 * 3_600_000 + 1);
  server.refuse(0);
  await server.advance(120_000);
  expect(answer.error).toMatchObject({ code: 'timeout', retryable: false });
  expect(answer.error).not.toHaveProperty('ref');
  expect(server.asked('stats')).toHaveLength(1);
});

test('a frame is weighed in bytes, against what hello told', async () => {
  const { server, client } = await openClient({}, { hello: { limits: { frameBytes: 300 } } });
  server.respond('message.send', () => ({}));
  const [fits, not] = ['€'.repeat(20), '€'.repeat(100)].map((body) =>
    outcomeOf(client.request('message.send', { userId: 'u', body })),
  );
  await server.advance(0);
  expect([fits, not]).toMatchObject([{ value: {} }, { error: { code: 'payload_too_large' } }]);
});

test('what waited for a connection is weighed again when it is there', async () => {
  const { server, client } = startClient({}, { hello: { limits: { frameBytes: 100 } } });
  const answer = outcomeOf(client.request('message.send', { userId: 'u', body: 'x'.repeat(100) }));
  await server.advance(0);
  expect(answer.error).toMatchObject({ code: 'payload_too_large' });
  expect(server.asked('message.send')).toEqual([]);
});

test('who gives an answer up is told why, and its request does not wait any more', async () => {
  const { server, client } = startClient({ maxQueued: 1 });
  const gaveUp = new AbortController();
  const answer = outcomeOf(client.request('stats', {}, { signal: gaveUp.signal }));
  gaveUp.abort('enough');
  const late = outcomeOf(client.request('stats', {}, { signal: gaveUp.signal }));
  await server.advance(0);
  expect([answer, late]).toEqual([{ error: 'enough' }, { error: 'enough' }]);
  expect(server.asked('stats')).toEqual([]);
});

test('two requests under way cannot share a ref', async () => {
  const { server, client } = startClient();
  outcomeOf(client.request('stats', {}, { ref: 'one' }));
  const second = outcomeOf(client.request('stats', {}, { ref: 'one' }));
  await server.advance(0);
  expect(second.error).toMatchObject({ code: 'conflict' });
});

test('a request that is cut off for good says under which ref to ask again', async () => {
  const { server, client } = await openClient();
  server.respond('stats', () => undefined);
  const answers = ['one', 'two'].map((ref) => outcomeOf(client.request('stats', {}, { ref })));
  await server.advance(0);
  server.disconnect({ code: 4409, reconnect: 'never' });
  await server.advance(0);
  const closed = (ref: string) => ({ error: { code: 'closed', retryable: false, ref } });
  expect(answers).toMatchObject([closed('one'), closed('two')]);
});

test('whoever cannot ask again without asking twice is given no ref to do it with', async () => {
  const { server, client } = await openClient();
  server.respond('stats', () => undefined);
  const answers = [outcomeOf(client.request('stats', {}, { ref: 'one' }))];
  await server.advance(0);
  server.refuse(1_000_000);
  server.drop();
  await server.clock.sleep(23 * 3_600_000 + 1);
  answers.push(outcomeOf(client.request('stats', {}, { ref: 'two' })));
  client.close();
  await server.advance(0);
  expect(answers.map(({ error }) => (error as TidingsError).ref)).toEqual([undefined, 'two']);
});
