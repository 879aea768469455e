import { expect, test } from 'vitest';
import { type Asker, sendRequest } from './sendRequest.ts';

const request = {
  action: 'room.send',
  topic: 'room:lobby',
  payload: { body: 'hi' },
  ref: 'r-1',
  via: 'http',
} as const;

function asker(answer: () => Promise<Response>, seen: unknown[] = []): Asker {
  return {
    who: { user: 'ada' },
    client: { request: async () => ({}) } as unknown as Asker['client'],
    fetch: (path, init) => {
      seen.push(path, JSON.parse(String(init?.body)));
      return answer();
    },
  };
}

test('over HTTP the body holds the ref, the topic and the payload', async () => {
  const seen: unknown[] = [];
  const frame = { type: 'ack', ref: 'r-1', ts: 1, payload: { seq: 7, dup: true } };
  const outcome = await sendRequest(
    asker(async () => Response.json(frame), seen),
    request,
  );
  expect(seen).toEqual(['/actions/room.send', { ref: 'r-1', topic: 'room:lobby', payload: { body: 'hi' } }]);
  expect(outcome).toMatchObject({ by: 'ada', request, answer: { seq: 7, dup: true } });
  expect(outcome.refusal).toBeUndefined();
});

test('an error frame keeps its code, its details and its status', async () => {
  const payload = {
    code: 'validation_failed',
    message: 'payload.body: is missing',
    retryable: false,
    details: [{ path: 'payload.body', message: 'is missing' }],
  };
  const answer = async () => Response.json({ type: 'error', payload }, { status: 400 });
  expect((await sendRequest(asker(answer), request)).refusal).toEqual({ ...payload, status: 400 });
});

test('what is no frame at all, and nobody who answers, are refusals too', async () => {
  const page = await sendRequest(
    asker(async () => new Response('<html>', { status: 502 })),
    request,
  );
  expect(page.refusal).toMatchObject({ code: 'no_answer', status: 502, retryable: true });
  const none = await sendRequest(
    asker(() => Promise.reject(new TypeError('Failed to fetch'))),
    request,
  );
  expect(none.refusal).toMatchObject({ code: 'no_answer', message: 'Failed to fetch' });
});

test('over the socket the client’s error is kept as it is', async () => {
  const error = Object.assign(new Error('wait'), {
    code: 'rate_limited',
    retryable: true,
    retryAfterMs: 500,
    details: [],
  });
  const client = { request: () => Promise.reject(error) } as unknown as Asker['client'];
  const outcome = await sendRequest(
    { ...asker(async () => new Response()), client },
    { ...request, via: 'socket' },
  );
  expect(outcome.refusal).toEqual({
    code: 'rate_limited',
    message: 'wait',
    retryable: true,
    retryAfterMs: 500,
    details: [],
  });
});
