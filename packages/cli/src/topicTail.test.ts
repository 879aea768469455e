import type { ServerFrame } from '@tidings/protocol';
import { expect, test } from 'vitest';
import { type Received, type Step, topicTail } from './topicTail.ts';

const topic = 'room:lobby';
const event = (seq: number, epoch = 'e'): ServerFrame => ({
  type: 'room.message',
  topic,
  epoch,
  seq,
  id: `${epoch}${seq}`,
  payload: {},
});

interface Sent {
  readonly action: string;
  readonly ref: string;
  readonly payload: { readonly since?: object; readonly cursor?: string };
}

/** A tail whose questions are answered by hand. */
function begin(name = topic, start?: { epoch: string; seq: number }) {
  const tail = topicTail(name, start);
  const asked: Sent[] = [];
  const lines: ServerFrame[] = [];
  const note = (step: Step): Step => {
    if (step.send) asked.push(step.send as Sent);
    lines.push(...step.print);
    return step;
  };
  const received = (frame: Received) => note(tail.received(frame));
  note(tail.opened());
  return {
    tail,
    asked,
    received,
    opened: () => note(tail.opened()),
    check: () => note(tail.check()),
    answer: (payload: object) =>
      received({ type: 'subscribed', ref: asked.at(-1)?.ref ?? '', topic: name, payload }),
    refuse: (code: string, retryable = false) =>
      received({
        type: 'error',
        ref: asked.at(-1)?.ref ?? '',
        payload: { code, message: 'no', retryable },
      }),
    seqs: () => lines.filter(({ type }) => type === 'room.message').map(({ seq }) => seq),
    types: () => lines.map(({ type }) => type),
  };
}

const fresh = { epoch: 'e', seq: 0, recovered: false };

test('first comes where the topic stands, then every event', () => {
  const { answer, received, types } = begin();
  answer({ ...fresh, snapshot: { unread: 1 } });
  received(event(1));
  expect(types()).toEqual(['subscribed', 'room.message']);
});

test('an event that comes twice, or before the answer, is printed once and in its place', () => {
  const { answer, received, seqs } = begin(topic, { epoch: 'e', seq: 0 });
  received(event(3));
  received(event(2));
  answer({ epoch: 'e', seq: 2, recovered: true, events: [event(1), event(2)] });
  received(event(3));
  received(event(4));
  expect(seqs()).toEqual([1, 2, 3, 4]);
});

test('a hole is asked for before what came after it is printed', () => {
  const { answer, received, asked, seqs } = begin();
  answer(fresh);
  received(event(1));
  received(event(4));
  expect(seqs()).toEqual([1]);
  expect(asked.at(-1)?.payload.since).toEqual({ epoch: 'e', seq: 1 });
  received(event(5));
  answer({ epoch: 'e', seq: 4, recovered: true, events: [event(2), event(3), event(4)] });
  expect(seqs()).toEqual([1, 2, 3, 4, 5]);
});

test('a hole that shows only among what was held leads to another question', () => {
  const { answer, received, asked, seqs } = begin();
  received(event(7));
  answer({ ...fresh, seq: 5 });
  expect(asked).toHaveLength(2);
  answer({ epoch: 'e', seq: 7, recovered: true, events: [event(6), event(7)] });
  expect(seqs()).toEqual([6, 7]);
});

test('a new connection begins where the one before has got to', () => {
  const { answer, received, opened, asked } = begin();
  answer(fresh);
  received(event(1));
  opened();
  expect(asked.at(-1)).toMatchObject({
    action: 'subscribe',
    topic,
    payload: { since: { epoch: 'e', seq: 1 } },
  });
});

test('a long tail is fetched to its end', () => {
  const { answer, asked, seqs } = begin(topic, { epoch: 'e', seq: 0 });
  answer({ epoch: 'e', seq: 1, recovered: true, events: [event(1)], more: true });
  expect(asked.at(-1)?.payload.since).toEqual({ epoch: 'e', seq: 1 });
  answer({ epoch: 'e', seq: 2, recovered: true, events: [event(2)] });
  expect(seqs()).toEqual([1, 2]);
});

test('when nothing can be recovered the state is printed again', () => {
  const { answer, opened, types } = begin();
  answer(fresh);
  opened();
  answer({ epoch: 'new', seq: 9, recovered: false, snapshot: {} });
  expect(types()).toEqual(['subscribed', 'subscribed']);
});

test('an event of another numbering leads to a question', () => {
  const { answer, received, asked, seqs } = begin();
  answer({ ...fresh, seq: 5 });
  received(event(1, 'new'));
  expect(asked).toHaveLength(2);
  expect(seqs()).toEqual([]);
});

test('resync, and a head that is beyond what came, lead to a question', () => {
  const { answer, received, asked, check } = begin();
  answer(fresh);
  received({ type: 'resync', topic, payload: { epoch: 'e', seq: 3 } });
  expect(asked).toHaveLength(2);
  answer({ epoch: 'e', seq: 3, recovered: true, events: [] });
  check();
  expect(asked.at(-1)).toMatchObject({
    action: 'sync',
    payload: { heads: { [topic]: { epoch: 'e', seq: 3 } } },
  });
  received({ type: 'ack', ref: 'check-3', payload: { behind: {} } });
  expect(asked).toHaveLength(3);
  received({ type: 'ack', ref: 'check-3', payload: { behind: { [topic]: { epoch: 'e', seq: 4 } } } });
  expect(asked.at(-1)?.action).toBe('subscribe');
});

test('what belongs to other topics is not printed', () => {
  const { answer, received, types } = begin();
  answer(fresh);
  received({ ...event(1), topic: 'room:other' });
  received({ type: 'pong', ts: 1 });
  received({ type: 'fanout.complete', payload: {} });
  expect(types()).toEqual(['subscribed']);
});

test('what has no number is printed as it comes', () => {
  const { received, types } = begin();
  received({ type: 'presence', topic, id: 'p', payload: {} });
  expect(types()).toEqual(['presence']);
});

test.each(['client', 'tickets'])(
  '%s:* brings the events of all of the kind, each once, and all pages of its snapshot',
  (kind) => {
    const { answer, received, asked, opened, types } = begin(`${kind}:*`);
    received({ ...event(4), topic: `${kind}:a`, id: 'a4' });
    received({ ...event(4), topic: 'other:a', id: 'o4' });
    answer({ at: 5, recovered: false, snapshot: { clients: [], cursor: 'm' } });
    expect(asked.at(-1)?.payload).toEqual({ cursor: 'm' });
    answer({ at: 6, recovered: false, snapshot: { clients: [] } });
    received({ ...event(9), topic: `${kind}:b`, id: 'b9' });
    received({ ...event(4), topic: `${kind}:a`, id: 'a4' });
    expect(types()).toEqual(['room.message', 'subscribed', 'subscribed', 'room.message']);
    opened();
    expect(asked.at(-1)?.payload).toEqual({ since: { at: 6 } });
  },
);

test('a topic that is refused ends it', () => {
  expect(() => begin().refuse('forbidden')).toThrow('forbidden: no');
  const { answer, received } = begin();
  answer(fresh);
  expect(() => received({ type: 'unsubscribed', topic, payload: { code: 'forbidden' } })).toThrow(
    'forbidden',
  );
});

test('a passing failure costs a connection and not the tail, once it has begun', () => {
  expect(() => begin().refuse('unavailable', true)).toThrow('unavailable: no');
  const { answer, opened, refuse } = begin();
  answer(fresh);
  opened();
  expect(refuse('unavailable', true).renew).toBe(true);
  opened();
  expect(refuse('token_expired').renew).toBe(true);
});

test('an answer that API Gateway lost, or that never comes, costs the connection', () => {
  const { answer, received, opened, check } = begin();
  const own = { message: 'Internal server error', connectionId: 'c', requestId: 'r' } as Received;
  expect(received(own).renew).toBe(true);
  opened();
  answer(fresh);
  expect(received(own).renew).toBeUndefined();
  opened();
  expect(check().renew).toBeUndefined();
  expect(check().renew).toBe(true);
});
