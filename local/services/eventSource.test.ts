import { beforeEach, describe, expect, test } from 'vitest';
import { type LocalClock, localClock } from '../clock.ts';
import { faultBox } from '../faults.ts';
import { eventSource, failedItems, poison } from './eventSource.ts';
import { type LocalQueue, localQueues } from './sqs.ts';

interface SqsEvent {
  Records: { messageId: string; body: string; attributes: Record<string, string> }[];
}

const visibilityTimeoutMs = 30_000;
let clock: LocalClock;
let queue: LocalQueue;
let calls: SqsEvent[];
let answer: (event: SqsEvent) => unknown;
const faults = faultBox();

function start({ batchSize = 10, reportsItemFailures = true, concurrency = 5 } = {}) {
  return eventSource({
    mapping: { queue: 'Work', functionId: 'Deliver', batchSize, reportsItemFailures, concurrency },
    queue,
    invoke: async (event) => {
      calls.push(event as SqsEvent);
      return answer(event as SqsEvent);
    },
    clock,
    faults,
    log: () => {},
  });
}

beforeEach(() => {
  clock = localClock();
  const queues = localQueues(clock);
  const arn = 'arn:aws:sqs:us-east-1:000000000000:Work';
  queues.define([{ name: 'Work', arn, visibilityTimeoutMs, delayMs: 0, retentionMs: 1e9 }]);
  queue = queues.get('Work') as LocalQueue;
  calls = [];
  answer = () => ({ batchItemFailures: [] });
  faults.clear({});
});

const bodies = () => calls.map(({ Records }) => Records.map(({ body }) => body));
/** Lets all that is under way finish. */
const settled = () => clock.advance(0).then(() => clock.advance(1));

describe('an event source', () => {
  test('hands over what is sent together in one batch, as Lambda shapes it', async () => {
    start();
    const { id } = queue.send('a');
    queue.send('b', { attributes: { kind: { DataType: 'String', StringValue: 'x' } } });
    await settled();
    expect(bodies()).toEqual([['a', 'b']]);
    expect(calls[0]?.Records[0]).toEqual({
      messageId: id,
      receiptHandle: expect.any(String),
      body: 'a',
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        SenderId: expect.any(String),
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      },
      messageAttributes: {},
      md5OfBody: '0cc175b9c0f1b6a831c399e269772661',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:Work',
      awsRegion: 'us-east-1',
    });
    expect(queue.counts()).toEqual({ visible: 0, hidden: 0 });
  });

  test('a batch is never larger than the mapping says', async () => {
    start({ batchSize: 2 });
    for (const body of ['a', 'b', 'c']) queue.send(body);
    await settled();
    expect(bodies()).toEqual([['a', 'b'], ['c']]);
  });

  test('never more batches run at once than the mapping says', async () => {
    const finish: (() => void)[] = [];
    answer = () => new Promise<void>((resolve) => finish.push(resolve));
    start({ batchSize: 1, concurrency: 2 });
    for (const body of ['a', 'b', 'c']) queue.send(body);
    await Promise.resolve().then(() => Promise.resolve());
    expect(bodies()).toEqual([['a'], ['b']]);
    const third = new Promise<void>((resolve) => {
      answer = () => resolve();
    });
    finish[0]?.();
    await third;
    expect(bodies()).toEqual([['a'], ['b'], ['c']]);
    finish[1]?.();
  });

  test('only the messages reported as failed come again, after their visibility time-out', async () => {
    answer = ({ Records }) => ({
      batchItemFailures: Records.filter(({ body }) => body === 'b').map(({ messageId }) => ({
        itemIdentifier: messageId,
      })),
    });
    start();
    queue.send('a');
    queue.send('b');
    await settled();
    await clock.advance(visibilityTimeoutMs - 1_000);
    expect(bodies()).toEqual([['a', 'b']]);
    answer = () => null;
    await clock.advance(2_000);
    expect(bodies()).toEqual([['a', 'b'], ['b']]);
    expect(calls[1]?.Records[0]?.attributes.ApproximateReceiveCount).toBe('2');
    expect(queue.counts()).toEqual({ visible: 0, hidden: 0 });
  });

  test('a function that throws gets the whole batch again', async () => {
    answer = () => {
      throw new Error('no');
    };
    start();
    queue.send('a');
    await settled();
    answer = () => null;
    await clock.advance(visibilityTimeoutMs + 1);
    expect(bodies()).toEqual([['a'], ['a']]);
  });

  test('without ReportBatchItemFailures what the function reports is not looked at', async () => {
    answer = ({ Records }) => ({
      batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })),
    });
    start({ reportsItemFailures: false });
    queue.send('a');
    await settled();
    expect(queue.counts()).toEqual({ visible: 0, hidden: 0 });
  });

  test('the fault "double" runs the function twice for one batch', async () => {
    faults.inject({ op: 'deliver', outcome: 'double', count: 1 });
    start();
    queue.send('a');
    await settled();
    expect(bodies()).toEqual([['a'], ['a']]);
    await clock.advance(visibilityTimeoutMs + 1);
    expect(calls).toHaveLength(2);
  });

  test('the fault "error" fails the batch once, and it comes again', async () => {
    faults.inject({ op: 'deliver', outcome: 'error', count: 1 });
    start();
    queue.send('a');
    await settled();
    expect(calls).toHaveLength(0);
    await clock.advance(visibilityTimeoutMs + 1);
    expect(bodies()).toEqual([['a']]);
  });

  test('the fault "reorder" lets what was sent later go ahead', async () => {
    faults.inject({ op: 'deliver', outcome: 'reorder', count: 1, delayMs: 2_000 });
    start();
    queue.send('a');
    await settled();
    queue.send('b');
    await settled();
    expect(bodies()).toEqual([['b']]);
    await clock.advance(2_000);
    expect(bodies()).toEqual([['b'], ['a']]);
    expect(queue.counts()).toEqual({ visible: 0, hidden: 0 });
  });

  test('the fault "poison" puts a message into the queue that nobody sent', async () => {
    faults.inject({ op: 'deliver', outcome: 'poison' });
    start();
    queue.send('a');
    await settled();
    expect(bodies()).toEqual([['a'], [poison]]);
  });

  test('what the account has no room for is tried until it comes out of the queue again, as received once more', async () => {
    const throttled = Object.assign(new Error('Rate Exceeded.'), { name: 'TooManyRequestsException' });
    answer = () => {
      throw throttled;
    };
    start();
    queue.send('a');
    await settled();
    expect(calls).toHaveLength(1);
    await clock.advance(visibilityTimeoutMs - 5_000);
    const counts = () =>
      calls.map(({ Records }) => Records.map(({ attributes }) => attributes.ApproximateReceiveCount));
    // After 1, 2, 4 and 8 s; the next would be too late.
    expect(counts()).toEqual(Array.from({ length: 5 }, () => ['1']));
    answer = () => ({ batchItemFailures: [] });
    await clock.advance(5_000);
    expect(counts().slice(5)).toEqual([['2']]);
    expect(queue.counts()).toEqual({ visible: 0, hidden: 0 });
  });

  test('a source that was stopped takes nothing more', async () => {
    start().stop();
    queue.send('a');
    await settled();
    expect(calls).toEqual([]);
    expect(queue.counts().visible).toBe(1);
  });
});

describe('the answer of a batch', () => {
  const batch = ['one', 'two'].map((id) => ({
    message: { id, body: '', attributes: {}, sentAtMs: 0, receives: 1 },
    handle: `${id}:1`,
  }));
  const none: string[] = [];
  const all = ['one', 'two'];

  test.each([
    ['nothing', null, none],
    ['no list', {}, none],
    ['a list of nothing', { batchItemFailures: null }, none],
    ['an empty list', { batchItemFailures: [] }, none],
    ['one message', { batchItemFailures: [{ itemIdentifier: 'two' }] }, ['two']],
    [
      'an unknown message',
      { batchItemFailures: [{ itemIdentifier: 'two' }, { itemIdentifier: 'three' }] },
      all,
    ],
    ['an empty id', { batchItemFailures: [{ itemIdentifier: '' }] }, all],
    ['an id of null', { batchItemFailures: [{ itemIdentifier: null }] }, all],
    ['an entry with another key', { batchItemFailures: [{ id: 'one' }] }, all],
    ['an entry of null', { batchItemFailures: [null] }, all],
    ['no list but a text', { batchItemFailures: 'one' }, all],
    ['a text', 'failed', all],
  ])('that holds %s fails what Lambda would let fail', (_what, answered, failed) => {
    expect([...failedItems(answered, batch)]).toEqual(failed);
  });
});
