import { expect, expectTypeOf, test } from 'vitest';
import type { App } from '../features/index.ts';
import { createPublisher, PublishError, type PublisherOptions, publishToBus } from './index.ts';

interface Sent {
  readonly url: string;
  readonly token: string;
  readonly body: { readonly ref: string; readonly topic?: string; readonly payload: object };
}

const ack = { type: 'ack', payload: { id: 'n1', seq: 1 } };
const refusal = (code: string, more: object = {}) => ({
  type: 'error',
  payload: { code, message: `it is ${code}`, retryable: false, ...more },
});

/** A publisher that is answered one after the other with these: a frame, a status without one, or a lost network. */
function publisherOf(answers: readonly (object | number | Error)[], more: Partial<PublisherOptions> = {}) {
  const sent: Sent[] = [];
  const waits: number[] = [];
  const left = [...answers];
  const publisher = createPublisher<App>({
    httpUrl: 'https://a.example/',
    getToken: ({ force }) => (force ? 'new' : 'old'),
    random: () => 1,
    wait: async (ms) => void waits.push(ms),
    fetch: (async (url: string, { headers, body }: { headers: { authorization: string }; body: string }) => {
      sent.push({ url, token: headers.authorization, body: JSON.parse(body) as Sent['body'] });
      const next = left.shift() ?? ack;
      if (next instanceof Error) throw next;
      if (typeof next === 'number') return new Response('<html>', { status: next });
      return Response.json(next);
    }) as never,
    ...more,
  });
  return { publisher, sent, waits };
}

const notice = { userId: 'carla', kind: 'invoice', title: 'Ready' };

test('an action is run over HTTP as the service that the token is of, and answered', async () => {
  const { publisher, sent } = publisherOf([ack]);
  const answer = await publisher.publish({ action: 'notification.send', payload: notice, ref: 'r1' });
  expectTypeOf(answer.id).toBeString();
  expect(answer).toEqual({ id: 'n1', seq: 1 });
  expect(sent).toEqual([
    {
      url: 'https://a.example/actions/notification.send',
      token: 'Bearer old',
      body: { ref: 'r1', payload: notice },
    },
  ]);
  // @ts-expect-error no such action
  const wrong = () => publisher.publish({ action: 'notification.shout', payload: notice });
  expect(wrong).toBeTypeOf('function');
});

test('what may succeed later is tried again under the same ref, ever later and as late as the server asks', async () => {
  const lost = new TypeError('fetch failed');
  const busy = refusal('unavailable', { retryable: true, retryAfterMs: 3_000 });
  const { publisher, sent, waits } = publisherOf([lost, 503, busy, ack]);
  await publisher.publish({ action: 'message.send', payload: { userId: 'carla', body: 'Hello' } });
  expect(sent).toHaveLength(4);
  expect(new Set(sent.map(({ body }) => body.ref)).size).toBe(1);
  expect(sent[0]?.body.ref.length).toBeGreaterThan(20);
  expect(waits).toEqual([400, 800, 3_000 + 1_600]);
});

test('it gives up after so many tries, and says under which ref it may have happened', async () => {
  const { publisher, sent } = publisherOf([503, 503, 503, 503], { maxTries: 3 });
  const failure = publisher.publish({
    action: 'message.send',
    payload: { userId: 'a', body: 'b' },
    ref: 'r',
  });
  await expect(failure).rejects.toMatchObject({
    name: 'PublishError',
    code: 'unreachable',
    retryable: true,
    ref: 'r',
  });
  expect(sent).toHaveLength(3);
});

test('a refusal is told at once, with the fields that are wrong', async () => {
  const details = [{ path: 'payload.title', message: 'is missing' }];
  const { publisher, sent } = publisherOf([refusal('validation_failed', { details })]);
  const failure = publisher.publish({ action: 'notification.send', payload: notice });
  await expect(failure).rejects.toMatchObject({ code: 'validation_failed', details, retryable: false });
  expect(sent).toHaveLength(1);
});

test('a token that is refused is replaced once', async () => {
  const stale = refusal('unauthenticated');
  const once = publisherOf([stale, ack]);
  await once.publisher.publish({ action: 'notification.send', payload: notice });
  expect(once.sent.map(({ token }) => token)).toEqual(['Bearer old', 'Bearer new']);
  const twice = publisherOf([stale, stale, ack]);
  const failure = twice.publisher.publish({ action: 'notification.send', payload: notice });
  await expect(failure).rejects.toBeInstanceOf(PublishError);
  expect(twice.sent).toHaveLength(2);
});

test('of many each has its outcome, in the order in which they were given, and so many are under way at a time', async () => {
  let underWay = 0;
  let most = 0;
  const { publisher } = publisherOf([], {
    concurrency: 3,
    fetch: (async (_: string, { body }: { body: string }) => {
      most = Math.max(most, ++underWay);
      await new Promise(setImmediate);
      underWay--;
      const { payload } = JSON.parse(body) as { payload: { body: string } };
      return Response.json(
        payload.body === '3' ? refusal('rate_limited') : { type: 'ack', payload: { n: payload.body } },
      );
    }) as never,
  });
  const outcomes = await publisher.publishAll(
    ['0', '1', '2', '3', '4', '5', '6'].map((body) => ({
      action: 'message.send' as const,
      payload: { userId: 'carla', body },
      ref: `r${body}`,
    })),
  );
  expect(most).toBe(3);
  expect(
    outcomes.map((one) => [one.ref, 'answer' in one ? one.answer : (one.error as PublishError).code]),
  ).toEqual([
    ['r0', { n: '0' }],
    ['r1', { n: '1' }],
    ['r2', { n: '2' }],
    ['r3', 'rate_limited'],
    ['r4', { n: '4' }],
    ['r5', { n: '5' }],
    ['r6', { n: '6' }],
  ]);
});

test('an address that is none is refused when the publisher is made', () => {
  expect(() => createPublisher({ httpUrl: 'a.example', getToken: () => '' })).toThrow(
    'httpUrl: give https://HOST',
  );
});

test('events go to the bus in as few requests as it takes, and those that it did not take once more', async () => {
  const asked: string[][] = [];
  const put = async (entries: { Detail: string }[]) => {
    const refs = entries.map(({ Detail }) => (JSON.parse(Detail) as { ref: string }).ref);
    asked.push(refs);
    return {
      Entries: refs.map((ref) =>
        ref === 'r3' && asked.length === 1 ? { ErrorCode: 'ThrottlingException' } : {},
      ),
    };
  };
  const publications = Array.from({ length: 12 }, (_, n) => ({
    action: 'message.send' as const,
    payload: { userId: 'carla', body: 'Hello' },
    ref: `r${n}`,
  }));
  await publishToBus<App>(publications, {
    tenant: 'demo',
    busName: 'Tidings-dev',
    put,
    wait: async () => {},
  });
  expect(asked.map((refs) => refs.length)).toEqual([10, 1, 2]);
  expect(asked[1]).toEqual(['r3']);
});

test('an event that the bus never takes, or that is too large for it, is told with its ref', async () => {
  const put = async (entries: object[]) => ({
    Entries: entries.map(() => ({ ErrorCode: 'InternalFailure' })),
  });
  const one = { action: 'message.send' as const, payload: { userId: 'a', body: 'b' }, ref: 'r9' };
  const options = { tenant: 'demo', busName: 'Tidings-dev', put, wait: async () => {} };
  await expect(publishToBus<App>([one], options)).rejects.toThrow(/r9.*InternalFailure/);
  const large = { ...one, payload: { userId: 'a', body: 'b'.repeat(300_000) } };
  await expect(publishToBus<App>([large], options)).rejects.toThrow('at most 262144 bytes');
});
