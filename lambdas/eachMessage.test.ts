import type { SQSRecord } from 'aws-lambda';
import { expect, test } from 'vitest';
import { maxWorkMs } from '../core/timeouts.ts';
import { memoryRuntime } from '../test/support/memoryRuntime.ts';
import { eachMessage } from './eachMessage.ts';

const record = (messageId: string): SQSRecord =>
  ({
    messageId,
    body: JSON.stringify(messageId),
    attributes: { SentTimestamp: String(Date.UTC(2026, 0, 1) - 250) },
  }) as unknown as SQSRecord;

/** Notes the messages that are done; one never is. */
function noting() {
  const runtime = memoryRuntime();
  const done: string[] = [];
  const handler = eachMessage(
    10_000,
    () => runtime,
    'a message',
    async (_runtime, message: string) => {
      if (message === 'hangs') await new Promise(() => {});
      done.push(message);
    },
  );
  return { runtime, handler, done };
}

test('a message that hangs comes back before the function would be ended, and the others of its batch do not', async () => {
  const { runtime, handler, done } = noting();
  const batch = handler({ Records: ['one', 'hangs', 'two'].map(record) });
  await runtime.clock.advance(maxWorkMs(10_000));
  expect(await batch).toEqual({ batchItemFailures: [{ itemIdentifier: 'hangs' }] });
  expect(done).toEqual(['one', 'two']);
  expect(runtime.clock.now() - Date.UTC(2026, 0, 1)).toBeLessThan(10_000);
  expect(runtime.metrics.of('QueueMs', 'a message')).toEqual([250, 250, 250]);
  expect(runtime.metrics.of('FailedWork', 'a message')).toEqual([1]);
});

test('work is done, and fails, by the id of the request that asked for it', async () => {
  const memory = memoryRuntime();
  const reported: object[] = [];
  const reporter = { report: (_error: unknown, about: object) => void reported.push(about) };
  const done: unknown[] = [];
  const handler = eachMessage<{ readonly fails?: true }>(
    10_000,
    () => ({ ...memory, reporter }),
    'a message',
    async ({ requestId }, { fails }) => {
      done.push(requestId);
      if (fails) throw new Error('no');
    },
  );
  const bodies = [{ requestId: 'r1' }, {}, { requestId: 'r2', fails: true }, { fails: true }];
  await handler({
    Records: bodies.map((body, n) => ({ ...record(`m${n}`), body: JSON.stringify(body) })),
  });
  expect(done).toEqual(['r1', undefined, 'r2', undefined]);
  expect(reported).toEqual([
    { requestId: 'r2', what: 'a message' },
    { requestId: 'm3', what: 'a message' },
  ]);
});

test('a message that nobody can read comes back by itself', async () => {
  const { handler, done } = noting();
  const unreadable = { ...record('unreadable'), body: '{' };
  expect(await handler({ Records: [record('one'), unreadable, record('two')] })).toEqual({
    batchItemFailures: [{ itemIdentifier: 'unreadable' }],
  });
  expect(done).toEqual(['one', 'two']);
});
