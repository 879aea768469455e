import { beforeEach, expect, test } from 'vitest';
import { type BusyTopic, busyTopic, windowKey as key, topic } from '../../../test/support/busyTopic.ts';
import { principal } from '../../../test/support/memoryRuntime.ts';
import { openConnection } from '../../../testing/openConnection.ts';
import type { Runtime } from '../../runtime.ts';
import { audienceOf } from '../audience.ts';

let { runtime, follow, publish, publishAll, posted, seqsTo, windows } = {} as BusyTopic;

async function begin(settings: object = {}) {
  ({ runtime, follow, publish, publishAll, posted, seqsTo, windows } = await busyTopic(settings));
}
beforeEach(() => begin());
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);

test('8: on a quiet topic an event goes at once, and nothing is written for it', async () => {
  await follow('c1');
  for (let n = 0; n < 3; n++) {
    await publish();
    await runtime.clock.advance(80);
  }
  expect(posted('c1').map(({ type }) => type)).toEqual(Array(3).fill('channel.message'));
  expect(windows()).toEqual([]);
});

test('8: 20 events of 1 KB that are published at once cost who understands batches at most 2 messages, and others get each', async () => {
  await follow('c1');
  await follow('c2', { batch: false });
  await publishAll(20, 'x'.repeat(1_000));
  expect(seqsTo('c1')).toEqual(range(2, 21));
  expect(posted('c1').length).toBeLessThanOrEqual(2);
  expect(seqsTo('c2')).toEqual(range(2, 21));
  expect(posted('c2')).toHaveLength(20);
});

test('8: whoever opens the window waits for its end, and nobody else', async () => {
  await follow('c1');
  await publish();
  let answered = 0;
  const all = range(1, 4).map(() => publish().then(() => answered++));
  await runtime.clock.advance(79);
  expect([answered, posted('c1').length]).toEqual([3, 1]);
  await runtime.clock.advance(1);
  await Promise.all(all);
  expect(seqsTo('c1')).toEqual(range(2, 6));
});

test('8: to leave an event to the window of a topic reads nothing more: it is among who follows the topic', async () => {
  await follow('c1');
  await publish();
  const holder = publish();
  await runtime.clock.advance(10);
  const reads: string[] = [];
  const get: Runtime['table']['get'] = (one) => {
    reads.push(one.sk);
    return runtime.table.get(one);
  };
  await publish(1, { table: { ...runtime.table, get } });
  expect(reads).not.toContain('WINDOW');
  await runtime.clock.advance(80);
  await holder;
  expect(seqsTo('c1')).toEqual([2, 3, 4]);
});

test('8: a window that is open has no end, since the holder has to find it; one that is closed is over', async () => {
  await follow('c1');
  await publish();
  const holder = publish();
  await runtime.clock.advance(10);
  expect(windows()[0]).toMatchObject({ open: true });
  expect(windows()[0]).not.toHaveProperty('ttl');
  await runtime.clock.advance(80);
  await holder;
  // 0.1.0 takes whatever has a time to come for a subscriber, also where its clock is behind.
  expect(windows()[0]).toMatchObject({ open: false, ttl: expect.any(Number) });
  expect(Number(windows()[0]?.ttl)).toBeLessThan(runtime.clock.now() / 1000 - 60);
  expect(await audienceOf(runtime, 't', { kind: 'orders', id: 'acme' })).toHaveLength(1);
});

test('8: where nobody understands batches there is no window', async () => {
  await follow('c1', { batch: false });
  await publishAll(5);
  expect(windows()).toEqual([]);
  expect(posted('c1')).toHaveLength(5);
});

test('8: batchMs 0 is off', async () => {
  await begin({ batchMs: 0 });
  await follow('c1');
  await publishAll(5);
  expect(windows()).toEqual([]);
  expect(posted('c1')).toHaveLength(5);
});

test('8: who died with a window open leaves its events to who comes after its lease', async () => {
  await follow('c1');
  await publish();
  const never = () => new Promise<never>(() => {});
  void publish(1, { clock: { ...runtime.clock, wait: never } });
  await runtime.clock.advance(1);
  await publish(2);
  expect(seqsTo('c1')).toEqual([2]);
  await runtime.clock.advance(80 + 501);
  await publish(3);
  // A quiet topic's own event goes at once; who comes next looks at the window.
  expect(seqsTo('c1')).toEqual([2, 5]);
  const taking = publish(4);
  await runtime.clock.advance(80);
  await taking;
  expect(seqsTo('c1')).toEqual([2, 5, ...range(3, 6)]);
});

test('8: what was left longer ago than clients take to ask is left to them', async () => {
  await follow('c1');
  await publish();
  void publish(1, { clock: { ...runtime.clock, wait: () => new Promise<never>(() => {}) } });
  await runtime.clock.advance(60_000);
  await publishAll(2);
  expect(seqsTo('c1')).toEqual([2, 4, 5]);
});

test('8: an earlier event than a window begins with is in it too', async () => {
  await follow('c1');
  await publish();
  // It is committed first, and looks at the window last.
  let look = () => {};
  const late = new Promise<void>((resolve) => {
    look = resolve;
  });
  const query: Runtime['table']['query'] = async (wanted) => {
    if (wanted.pk === key.pk) await late;
    return runtime.table.query(wanted);
  };
  const first = publish(1, { table: { ...runtime.table, query } });
  await runtime.clock.advance(1);
  const second = publish(2);
  await runtime.clock.advance(1);
  look();
  await first;
  await runtime.clock.advance(80);
  await second;
  expect(seqsTo('c1')).toEqual([2, 3, 4]);
});

test('8: who follows all topics of the kind as one is not in the window of one of them', async () => {
  await begin({ collectionBatchMs: 0 });
  await follow('c1', { of: 'orders:*' });
  await follow('c2');
  await publishAll(4);
  expect(posted('c1')).toHaveLength(4);
  expect(posted('c2')).toHaveLength(2);
});

test('8: who comes to follow a topic while a window is open gets what is committed from then on', async () => {
  await follow('c1');
  await publish();
  const holder = publish();
  await runtime.clock.advance(10);
  const who = principal(runtime, { userId: 'new' });
  const late = await openConnection(runtime, 'c2', who, { batch: true, feeds: [] });
  await late.ask('s', { action: 'subscribe', topic });
  await publish();
  await runtime.clock.advance(80);
  await holder;
  expect(seqsTo('c2')).toContain(4);
});

test('4, 8: what somebody says in a room is not in the batch of the connection that it came by', async () => {
  const [ann, bob] = [await follow('ann', { of: 'room:lobby' }), await follow('bob', { of: 'room:lobby' })];
  await follow('c1', { of: 'room:lobby' });
  const say = (by: typeof ann, ref: string) =>
    by.ask(ref, { action: 'room.send', ref, topic: 'room:lobby', payload: { body: ref } });
  await say(ann, 'one');
  const all = [say(ann, 'two'), say(bob, 'three'), say(ann, 'four')];
  await runtime.clock.advance(80);
  await Promise.all(all);
  const bodies = (id: string) =>
    JSON.stringify(posted(id))
      .match(/"(one|two|three|four)"/g)
      ?.map((text) => text.slice(1, -1))
      .sort();
  expect(bodies('c1')).toEqual(['four', 'one', 'three', 'two']);
  expect(bodies('ann')).toEqual(['three']);
  expect(bodies('bob')).toEqual(['four', 'one', 'two']);
});

test('7: an event that somebody waits for the completion of goes at once', async () => {
  await begin({ completions: true });
  const reader = await follow('c1');
  const sender = await follow('c2', { of: 'room:lobby' });
  await sender.ask('a', { action: 'room.send', ref: 'a', topic: 'room:lobby', payload: { body: 'a' } });
  await reader.ask('s2', { action: 'subscribe', topic: 'room:lobby' });
  for (const ref of ['b', 'c']) {
    await sender.ask(ref, { action: 'room.send', ref, topic: 'room:lobby', payload: { body: ref } });
  }
  expect(posted('c2').filter(({ type }) => type === 'fanout.complete')).toHaveLength(3);
  expect(windows()).toEqual([]);
});

test('8: a window that would end after the deadline of its request is not opened', async () => {
  await follow('c1');
  await publish();
  // To read who follows the topic takes until shortly before it.
  const query: Runtime['table']['query'] = async (wanted) => {
    await runtime.clock.wait(2_950);
    return runtime.table.query(wanted);
  };
  const slowly = publish(1, { table: { ...runtime.table, query } });
  await runtime.clock.advance(6_000);
  await slowly;
  expect(seqsTo('c1')).toEqual([2, 3]);
  expect(windows()).toEqual([]);
});

test('8: where the window cannot be opened for certain, the own event is sent all the same', async () => {
  await follow('c1');
  await publish();
  const write: Runtime['table']['write'] = async (one) => {
    if ('put' in one && one.put.pk === key.pk) throw new Error('no answer');
    return runtime.table.write(one);
  };
  const sent = publish(1, { table: { ...runtime.table, write } });
  await runtime.clock.advance(80);
  await sent;
  expect(seqsTo('c1')).toEqual([2, 3]);
  expect(runtime.reports).toEqual([]);
});

test('8: a window whose close was sent again, after another one was opened in its place, is sent all the same', async () => {
  await follow('c1');
  await publish();
  let next: Promise<unknown> | undefined;
  const write: Runtime['table']['write'] = async (one) => {
    if ('update' in one && one.set?.open === false && !next) {
      // Its answer was lost, and the SDK sends it again.
      await runtime.table.write(one);
      next = publish(3);
      await runtime.clock.wait(20);
    }
    return runtime.table.write(one);
  };
  const holder = publish(1, { table: { ...runtime.table, write } });
  await runtime.clock.advance(1);
  await publish(2);
  await runtime.clock.advance(79 + 20);
  await holder;
  expect(seqsTo('c1')).toEqual(expect.arrayContaining([3, 4]));
  await runtime.clock.advance(80);
  await next;
});

test('8: a window that was perhaps opened, and whose row is gone, is sent all the same', async () => {
  await follow('c1');
  await publish();
  const write: Runtime['table']['write'] = async (one) => {
    const outcome = await runtime.table.write(one);
    if ('put' in one && one.put.pk === key.pk) throw new Error('no answer');
    return outcome;
  };
  const holder = publish(1, { table: { ...runtime.table, write } });
  await runtime.clock.advance(1);
  await publish();
  await runtime.table.write({ delete: key });
  await runtime.clock.advance(80);
  await holder;
  expect(seqsTo('c1')).toEqual(expect.arrayContaining([3, 4]));
});

test.each([
  ['the log', `LOG#${key.pk.slice('SUBS#'.length)}`],
  ['its readers', key.pk],
])(
  '8: where a read of %s fails once the window is closed, it is tried again, since others count on it',
  async (_, pk) => {
    await follow('c1');
    await publish();
    let isClosed = false;
    let failed = 0;
    const write: Runtime['table']['write'] = async (one) => {
      const outcome = await runtime.table.write(one);
      isClosed ||= 'update' in one && one.set?.open === false;
      return outcome;
    };
    const query: Runtime['table']['query'] = async (range) => {
      if (isClosed && failed === 0 && range.pk.startsWith(pk)) {
        failed++;
        throw new Error('no answer');
      }
      return runtime.table.query(range);
    };
    const holder = publish(1, { table: { ...runtime.table, write, query } });
    await runtime.clock.advance(1);
    await publish(2);
    await runtime.clock.advance(80 + 100);
    await holder;
    expect(failed).toBe(1);
    expect(seqsTo('c1')).toEqual([2, 3, 4]);
  },
);
