import { beforeEach, describe, expect, test } from 'vitest';
import { type LocalClock, localClock } from '../clock.ts';
import { type StreamRecord, type TableStream, tableStream } from '../database/tableStream.ts';
import { faultBox } from '../faults.ts';
import type { StreamMappingDescription } from '../template/readMappings.ts';
import { streamSource } from './streamSource.ts';

interface Batch {
  readonly Records: readonly StreamRecord[];
}

const arn = 'arn:aws:dynamodb:us-east-1:000000000000:table/Rows/stream/local';
const faults = faultBox();
let clock: LocalClock;
let stream: TableStream;
let calls: string[][];
let givenUp: string[];
let answer: (names: readonly string[], event: Batch) => unknown;

const emitted = { dynamodb: { NewImage: { emit: { BOOL: [{ exists: true }] } } } };

beforeEach(() => {
  clock = localClock();
  stream = tableStream(arn, ['pk'], clock.now);
  calls = [];
  givenUp = [];
  answer = () => ({ batchItemFailures: [] });
  faults.clear({});
});

const nameOf = ({ dynamodb }: StreamRecord) => (dynamodb.NewImage as { pk: { S: string } }).pk.S;

function start(changes: Partial<StreamMappingDescription> = {}) {
  return streamSource({
    mapping: {
      streamArn: arn,
      functionId: 'Emit',
      batchSize: 10,
      reportsItemFailures: true,
      bisects: false,
      filters: [emitted],
      ...changes,
    },
    reader: stream.reader('Emit'),
    invoke: async (event) => {
      const names = (event as Batch).Records.map(nameOf);
      calls.push(names);
      return answer(names, event as Batch);
    },
    givenUp: { send: (body) => void givenUp.push(body) as never },
    clock,
    faults,
    log: () => {},
  });
}

const write = (...names: string[]) =>
  stream.add(names.map((name) => ({ pk: { S: name }, ...(name !== 'silent' && { emit: { BOOL: true } }) })));
/** Lets all that is under way finish. */
const settled = () => clock.advance(0).then(() => clock.advance(1));
const failing =
  (name: string) =>
  (names: readonly string[], { Records }: Batch) => ({
    batchItemFailures: names.includes(name)
      ? [{ itemIdentifier: Records[names.indexOf(name)]?.dynamodb.SequenceNumber }]
      : [],
  });

describe('a stream as an event source', () => {
  test('hands over what is written together in one batch, and only what its filter lets through', async () => {
    start();
    write('a', 'silent', 'b');
    await settled();
    expect(calls).toEqual([['a', 'b']]);
  });

  test('does not run its function for rows that no filter lets through', async () => {
    start();
    write('silent');
    await settled();
    expect(calls).toEqual([]);
  });

  test('hands over what was written before it began', async () => {
    stream.reader('Emit');
    write('a');
    start();
    await settled();
    expect(calls).toEqual([['a']]);
  });

  test('hands over one batch at a time, never more than the mapping says, and in order', async () => {
    let finish = () => {};
    answer = () => new Promise<void>((resolve) => (finish = resolve));
    start({ batchSize: 2 });
    write('a', 'b', 'c');
    await Promise.resolve().then(() => Promise.resolve());
    expect(calls).toEqual([['a', 'b']]);
    answer = () => null;
    finish();
    await settled();
    expect(calls).toEqual([['a', 'b'], ['c']]);
  });

  test('the function gets all from the first row that it reports, again, and nothing goes past it', async () => {
    answer = failing('b');
    start();
    write('a', 'b', 'c');
    await settled();
    write('d');
    await settled();
    expect(calls).toEqual([['a', 'b', 'c']]);
    answer = () => null;
    await clock.advance(5_000);
    expect(calls).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c', 'd'],
    ]);
  });

  test('a function that throws gets the batch again, longer and longer apart', async () => {
    answer = () => {
      throw new Error('no');
    };
    start();
    write('a');
    await settled();
    for (const waitMs of [2_000, 4_000]) {
      const before = calls.length;
      await clock.advance(waitMs - 100);
      expect(calls).toHaveLength(before);
      await clock.advance(101);
      expect(calls).toHaveLength(before + 1);
    }
  });

  test('after a batch that went well, the next failure waits no longer than the first did', async () => {
    const no = () => {
      throw new Error('no');
    };
    answer = no;
    start();
    write('a');
    await settled();
    await clock.advance(10_000);
    answer = () => null;
    await clock.advance(60_000);
    answer = no;
    write('b');
    await settled();
    const before = calls.length;
    await clock.advance(2_001);
    expect(calls).toHaveLength(before + 1);
  });

  test('a retry that got on does not count against the next row', async () => {
    answer = (names, event) => failing(names[1] ?? 'none')(names, event);
    start({ maxRetries: 1 });
    write('a', 'b', 'c', 'd');
    await settled();
    await clock.advance(60_000);
    expect(calls).toEqual([['a', 'b', 'c', 'd'], ['b', 'c', 'd'], ['c', 'd'], ['d']]);
    expect(givenUp).toEqual([]);
  });

  test('a batch that was split is followed by whole ones', async () => {
    answer = () => {
      throw new Error('no');
    };
    start({ bisects: true });
    write('a', 'b');
    await settled();
    answer = () => null;
    await clock.advance(10_000);
    write('c', 'd');
    await settled();
    expect(calls).toEqual([['a', 'b'], ['a'], ['b'], ['c', 'd']]);
  });

  test('where the mapping bisects, a batch over which the function throws comes in halves', async () => {
    answer = (names) => {
      if (names.includes('bad')) throw new Error('no');
      return null;
    };
    start({ bisects: true, maxRetries: 0 });
    write('a', 'b', 'bad', 'd');
    await settled();
    await clock.advance(10_000);
    expect(calls).toEqual([['a', 'b', 'bad', 'd'], ['a', 'b'], ['bad', 'd'], ['bad'], ['d']]);
    expect(givenUp).toHaveLength(1);
  });

  test('what is given up after its retries is told by its place, and not by what it is', async () => {
    answer = () => {
      throw new Error('no');
    };
    start({ maxRetries: 2 });
    write('a', 'b');
    await settled();
    await clock.advance(60_000);
    expect(calls).toHaveLength(3);
    expect(givenUp.map((text) => JSON.parse(text) as unknown)).toMatchObject([
      {
        requestContext: { condition: 'RetryAttemptsExhausted' },
        DDBStreamBatchInfo: {
          startSequenceNumber: '000000000000000000001',
          endSequenceNumber: '000000000000000000002',
          batchSize: 2,
          streamArn: arn,
        },
      },
    ]);
    expect(givenUp[0]).not.toContain('"pk"');
    write('c');
    await settled();
    await clock.advance(60_000);
    expect(calls.slice(3)).toEqual([['c'], ['c'], ['c']]);
  });

  test('what is too old is given up, and what is not goes on', async () => {
    answer = () => {
      throw new Error('no');
    };
    start({ maxAgeMs: 60_000 });
    write('old');
    await settled();
    await clock.advance(50_000);
    write('new');
    answer = failing('old');
    await clock.advance(30_000);
    expect(givenUp.map((text) => JSON.parse(text) as unknown)).toMatchObject([
      { requestContext: { condition: 'RecordAgeExceeded' }, DDBStreamBatchInfo: { batchSize: 1 } },
    ]);
    expect(calls.at(-1)).toEqual(['new']);
  });

  test('the fault "error" fails a batch once, and it comes again; "double" runs the function twice', async () => {
    faults.inject({ op: 'stream', outcome: 'error', count: 1 });
    faults.inject({ op: 'stream', outcome: 'double', count: 1 });
    start();
    write('a');
    await settled();
    expect(calls).toEqual([]);
    await clock.advance(3_000);
    expect(calls).toEqual([['a'], ['a']]);
    await clock.advance(600_000);
    expect(calls).toHaveLength(2);
  });

  test('a source that takes the place of another loses nothing of what that one was at', async () => {
    let finish = () => {};
    answer = () => new Promise<void>((resolve) => (finish = resolve));
    const first = start({ batchSize: 1 });
    write('a', 'b');
    await Promise.resolve().then(() => Promise.resolve());
    first.stop();
    answer = () => null;
    start({ batchSize: 1 });
    await settled();
    finish();
    write('c');
    await settled();
    expect(calls).toEqual([['a'], ['a'], ['b'], ['c']]);
  });

  test('a source that was stopped hands over nothing more, neither at once nor after its wait', async () => {
    let finish = () => {};
    answer = () => new Promise<void>((resolve) => (finish = resolve));
    const working = start({ batchSize: 1 });
    write('a', 'b');
    await Promise.resolve().then(() => Promise.resolve());
    working.stop();
    finish();
    await settled();
    expect(calls).toEqual([['a']]);
    answer = () => {
      throw new Error('no');
    };
    const waiting = start();
    await settled();
    waiting.stop();
    await clock.advance(60_000);
    expect(calls).toEqual([['a'], ['b']]);
  });

  test('a filter with an operator that is not known here is refused', () => {
    const filter = { dynamodb: { NewImage: { n: { N: [{ numeric: ['>', 1] }] } } } };
    expect(() => start({ filters: [filter] })).toThrow('numeric');
  });
});
