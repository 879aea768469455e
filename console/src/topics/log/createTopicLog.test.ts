import { expect, test } from 'vitest';
import type { AnyTopic } from '../kinds.ts';
import { createTopicLog } from './createTopicLog.ts';
import type { PastQuestion } from './readPast.ts';

type Listener = (value?: unknown) => void;

/** A topic that does what a test says. */
function fakeTopic() {
  const listeners = new Map<string, Set<Listener>>();
  const topic = {
    name: 'room:lobby',
    position: { epoch: 'e', seq: 0 },
    isJoined: false,
    error: undefined,
    on(type: string, listener: Listener) {
      listeners.set(type, (listeners.get(type) ?? new Set()).add(listener));
      return () => listeners.get(type)?.delete(listener);
    },
  };
  const call = (type: string, value?: unknown) => {
    for (const listener of listeners.get(type) ?? []) listener(value);
  };
  return {
    topic: topic as unknown as AnyTopic,
    count: () => [...listeners.values()].reduce((sum, { size }) => sum + size, 0),
    join() {
      topic.isJoined = true;
      call('joined');
    },
    event(seq: number) {
      topic.position = { epoch: 'e', seq };
      call('*', { type: 'room.message', topic: 'room:lobby', epoch: 'e', seq, payload: { seq } });
    },
    call,
  };
}

const page = (from: number, to: number, more = false) => ({
  more,
  events: Array.from({ length: from - to + 1 }, (_, at) => ({
    key: `room:lobby e ${from - at}`,
    type: 'room.message',
    topic: 'room:lobby',
    epoch: 'e',
    seq: from - at,
  })),
});

function open(pages: readonly ReturnType<typeof page>[], readsUnfollowed = false) {
  const fake = fakeTopic();
  const asked: PastQuestion[] = [];
  const rest = [...pages];
  const log = createTopicLog({
    name: 'room:lobby',
    topic: fake.topic,
    readsUnfollowed,
    readPast: async (question) => {
      asked.push(question);
      const next = rest.shift();
      if (!next) throw new Error('no more');
      return next;
    },
    later: (tell) => tell(),
  });
  const seqs = () => log.getSnapshot().events.map(({ seq }) => seq);
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { fake, log, asked, seqs, settled };
}

test('what came before is below what comes, each once', async () => {
  const { fake, seqs, settled } = open([page(5, 3, true)]);
  fake.join();
  fake.event(5);
  fake.event(6);
  await settled();
  expect(seqs()).toEqual([6, 5, 4, 3]);
});

test('older events are asked for by the oldest that is shown', async () => {
  const { fake, log, asked, seqs, settled } = open([page(9, 8, true), page(7, 6)]);
  fake.join();
  await settled();
  log.older();
  await settled();
  expect(asked.map(({ before }) => before)).toEqual([undefined, 8]);
  expect(seqs()).toEqual([9, 8, 7, 6]);
  expect(log.getSnapshot().more).toBe(false);
});

test('what is beyond 500 is forgotten without a hole, and can be asked for again', async () => {
  const { fake, log, asked, seqs, settled } = open([page(2, 1), page(102, 53, true)]);
  fake.join();
  await settled();
  for (let seq = 3; seq <= 602; seq++) fake.event(seq);
  expect(seqs()).toHaveLength(500);
  expect(seqs().at(-1)).toBe(103);
  expect(log.getSnapshot().more).toBe(true);
  log.older();
  await settled();
  expect(asked.at(-1)?.before).toBe(103);
  expect(seqs()).toHaveLength(550);
});

test('after a hole for good what is kept takes the place of what came before it', async () => {
  const { fake, seqs, settled } = open([page(2, 1), page(90, 88)]);
  fake.join();
  await settled();
  fake.event(3);
  fake.call('reset', {});
  fake.event(91);
  await settled();
  expect(seqs()).toEqual([91, 90, 89, 88]);
});

test('who may not follow it, and may read its log, reads it', async () => {
  const { fake, log, seqs, settled } = open([page(2, 1)], true);
  fake.call('error', Object.assign(new Error('no'), { code: 'forbidden' }));
  await settled();
  expect(log.getSnapshot().refused).toMatchObject({ code: 'forbidden' });
  expect(seqs()).toEqual([2, 1]);
});

test('who may neither follow nor read it reads nothing', async () => {
  const { fake, log, asked, settled } = open([page(2, 1)]);
  fake.call('error', Object.assign(new Error('no'), { code: 'forbidden' }));
  await settled();
  expect(asked).toEqual([]);
  expect(log.getSnapshot()).toMatchObject({ events: [], isReading: false });
});

test('a past that cannot be read is said, and what comes is shown all the same', async () => {
  const { fake, log, seqs, settled } = open([]);
  fake.join();
  await settled();
  fake.event(1);
  expect(log.getSnapshot().failure?.message).toBe('no more');
  expect(seqs()).toEqual([1]);
});

test('who is done listens to nothing any more', () => {
  const { fake, log } = open([]);
  expect(fake.count()).toBeGreaterThan(0);
  log.stop();
  expect(fake.count()).toBe(0);
});
