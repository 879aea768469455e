import type { LocalClock } from '../clock.ts';
import type { StreamReader, StreamRecord } from '../database/tableStream.ts';
import type { FaultBox } from '../faults.ts';
import { isThrottled, throttledDelayMs } from '../functions/concurrency.ts';
import { isRecord } from '../http/httpJson.ts';
import type { StreamMappingDescription } from '../template/readMappings.ts';
import { account } from '../template/template.ts';
import { matchesPattern } from './eventBus.ts';
import type { LocalQueue } from './sqs.ts';

export interface StreamSourceOptions {
  readonly mapping: StreamMappingDescription;
  readonly reader: StreamReader;
  readonly invoke: (event: unknown) => Promise<unknown>;
  /** Is told of what was given up. */
  readonly givenUp: Pick<LocalQueue, 'send'> | undefined;
  readonly clock: LocalClock;
  readonly faults: FaultBox;
  readonly log: (text: string) => void;
}

// Lambda waits longer each time; how long is not documented.
const retryMs = (failures: number) => Math.min(1_000 * 2 ** failures, 300_000);

/**
 * Hands the records of a stream to a function, as Lambda does with one shard: in order, one batch at a time, and nothing
 * goes past a batch that failed.
 *
 * @throws where a filter has an operator that is not known here
 */
export function streamSource(options: StreamSourceOptions): { stop(): void } {
  const { mapping, reader, invoke, clock, faults, log } = options;
  const { pending } = reader;
  let failures = 0;
  let refusals = 0;
  let size = mapping.batchSize;
  let state: 'idle' | 'working' | 'stopped' = 'idle';
  let waits = false;
  for (const filter of mapping.filters) matchesPattern({}, filter);

  function wake() {
    if (state !== 'idle' || waits) return;
    state = 'working';
    // Not at once: what is written together should come as one batch.
    clock.hold(Promise.resolve().then(work));
  }

  async function work() {
    let goesOn = true;
    while (goesOn && state === 'working') {
      const batch = nextBatch(pending, mapping, size);
      goesOn = batch.length > 0 && (await handOver(batch));
    }
    if (state === 'working') state = 'idle';
  }

  /** @returns whether the next batch may follow at once. */
  async function handOver(batch: readonly StreamRecord[]): Promise<boolean> {
    const old = batch.filter((record) => ageMs(record) > (mapping.maxAgeMs ?? Number.POSITIVE_INFINITY));
    if (old.length > 0) return giveUp(old, 'RecordAgeExceeded');
    const done = await handledBy(batch);
    if (done === 'throttled') return tryAgainIn(throttledDelayMs(refusals++));
    refusals = 0;
    remove(pending, done === 'none' ? [] : batch.slice(0, done));
    if (done === batch.length) {
      failures = 0;
      size = mapping.batchSize;
      return true;
    }
    if (done !== 'none' && done > 0) failures = 0;
    const splits = done === 'none' && mapping.bisects && batch.length > 1;
    if (splits) size = Math.ceil(batch.length / 2);
    // What is split is not counted: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
    else if (failures >= (mapping.maxRetries ?? Number.POSITIVE_INFINITY)) {
      return giveUp(batch.slice(done === 'none' ? 0 : done), 'RetryAttemptsExhausted');
    } else failures += 1;
    return tryAgainIn(retryMs(failures));
  }

  function tryAgainIn(ms: number): false {
    waits = true;
    clock.setTimeout(() => {
      waits = false;
      wake();
    }, ms);
    return false;
  }

  /**
   * How many of a batch the function has done with; `none` where it failed as a whole, `throttled` where it was not run,
   * which is tried until the rows are too old: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
   */
  async function handledBy(batch: readonly StreamRecord[]): Promise<number | 'none' | 'throttled'> {
    try {
      const fault = faults.next('stream');
      if (fault?.outcome === 'error') throw new Error('the batch was failed by a fault');
      let answer = await invoke({ Records: batch });
      if (fault?.outcome === 'double') answer = await invoke({ Records: batch });
      const done = mapping.reportsItemFailures ? doneUpTo(answer, batch) : batch.length;
      if (done !== batch.length)
        log(`${mapping.functionId}: a batch of ${batch.length} rows failed in part.`);
      return done;
    } catch (error) {
      log(`${mapping.functionId}: a batch of ${batch.length} rows failed: ${String(error)}`);
      return isThrottled(error) ? 'throttled' : 'none';
    }
  }

  function giveUp(records: readonly StreamRecord[], condition: string): boolean {
    log(`${mapping.functionId}: ${records.length} rows of the stream were given up: ${condition}`);
    options.givenUp?.send(JSON.stringify(notice(mapping, records, condition, clock.now())));
    remove(pending, records);
    failures = 0;
    size = mapping.batchSize;
    return true;
  }

  const ageMs = ({ dynamodb }: StreamRecord) => clock.now() - dynamodb.ApproximateCreationDateTime * 1_000;

  reader.onRecord(wake);
  wake();
  return {
    stop() {
      state = 'stopped';
    },
  };
}

/** Drops what no filter lets through, and gives what is to be handed over next. */
function nextBatch(
  pending: StreamRecord[],
  { filters }: StreamMappingDescription,
  size: number,
): readonly StreamRecord[] {
  const isWanted = (record: StreamRecord) => filters.some((filter) => matchesPattern(record, filter));
  if (filters.length > 0) {
    remove(
      pending,
      pending.filter((record) => !isWanted(record)),
    );
  }
  return pending.slice(0, size);
}

/** Not by their place: a source that took this one's place may have removed some already. */
function remove(pending: StreamRecord[], records: readonly StreamRecord[]): void {
  for (const record of records) {
    const at = pending.indexOf(record);
    if (at >= 0) pending.splice(at, 1);
  }
}

/**
 * All before the first failure is done. No list, or an empty one, is a success; an entry that names no record of the batch
 * fails all of it: https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function doneUpTo(answer: unknown, batch: readonly StreamRecord[]): number | 'none' {
  if (answer === null || answer === undefined) return batch.length;
  if (!isRecord(answer)) return 'none';
  const list = answer.batchItemFailures ?? [];
  if (!Array.isArray(list)) return 'none';
  const failed = list.map((entry) => {
    const id = isRecord(entry) ? entry.itemIdentifier : undefined;
    return batch.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === id);
  });
  return failed.includes(-1) ? 'none' : Math.min(batch.length, ...failed);
}

/** What Lambda tells of records that it gave up: where they stand, and not what they are. */
function notice(
  { functionId, streamArn }: StreamMappingDescription,
  records: readonly StreamRecord[],
  condition: string,
  nowMs: number,
) {
  const [first, last] = [records[0]?.dynamodb, records.at(-1)?.dynamodb];
  const at = (seconds = 0) => new Date(seconds * 1_000).toISOString();
  return {
    requestContext: {
      functionArn: `arn:aws:lambda:${account.region}:${account.accountId}:function:${functionId}`,
      condition,
    },
    version: '1.0',
    timestamp: new Date(nowMs).toISOString(),
    DDBStreamBatchInfo: {
      shardId: 'shardId-local',
      startSequenceNumber: first?.SequenceNumber,
      endSequenceNumber: last?.SequenceNumber,
      approximateArrivalOfFirstRecord: at(first?.ApproximateCreationDateTime),
      approximateArrivalOfLastRecord: at(last?.ApproximateCreationDateTime),
      batchSize: records.length,
      streamArn,
    },
  };
}
