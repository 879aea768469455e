import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { inTime } from '../core/deadline.ts';
import type { Runtime } from '../core/runtime.ts';
import { maxWorkMs } from '../core/timeouts.ts';
import { measured } from './measured.ts';

type Parts = Pick<Runtime, 'reporter' | 'metrics' | 'clock' | 'requestId'>;

/** A message, and the runtime of the request that asked for it, where it says so. */
interface Task<R, T> {
  readonly runtime: R;
  readonly message: T;
}

/**
 * Handles each message of a batch by itself. Only those that threw or took too long go back to the queue.
 *
 * @param timeoutMs how long the function may run.
 * @param what the kind of message, for reports.
 */
export const eachMessage = <T, R extends Parts = Runtime>(
  timeoutMs: number,
  runtime: () => R,
  what: string,
  work: (runtime: R, message: T) => Promise<void>,
) =>
  allMessages<T, R>(timeoutMs, runtime, what, (tasks) =>
    tasks.map((task) => work(task.runtime, task.message)),
  );

/** Handles the messages of a batch together. @param work what becomes of each, which fails by itself. */
export function allMessages<T, R extends Parts = Runtime>(
  timeoutMs: number,
  runtime: () => R,
  what: string,
  work: (tasks: readonly Task<R, T>[]) => readonly Promise<void>[],
) {
  const read = async ({ body }: SQSRecord): Promise<Task<R, T>> => {
    const message = JSON.parse(body) as T & { readonly requestId?: string };
    const { requestId } = message;
    return { runtime: requestId === undefined ? runtime() : { ...runtime(), requestId }, message };
  };
  const handle = async (
    { messageId, attributes }: SQSRecord,
    received: Promise<Task<R, T>>,
    endOf: (task: Task<R, T>) => Promise<void>,
  ) => {
    const { clock, reporter, metrics } = runtime();
    metrics.add('QueueMs', clock.now() - Number(attributes.SentTimestamp), what);
    let requestId = messageId;
    try {
      const task = await received;
      requestId = task.runtime.requestId ?? messageId;
      await inTime(task.runtime, maxWorkMs(timeoutMs), () => endOf(task));
      return [];
    } catch (error) {
      metrics.add('FailedWork', 1, what);
      reporter.report(error, { requestId, what });
      return [{ itemIdentifier: messageId }];
    }
  };
  return measured(
    () => runtime().metrics,
    async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
      const received = Records.map((record) => ({ record, task: read(record) }));
      const settled = await Promise.allSettled(received.map(({ task }) => task));
      const tasks = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      const ends = work(tasks);
      const endOf = async (task: Task<R, T>) => ends[tasks.indexOf(task)];
      const failed = await Promise.all(received.map(({ record, task }) => handle(record, task, endOf)));
      return { batchItemFailures: failed.flat() };
    },
  );
}
