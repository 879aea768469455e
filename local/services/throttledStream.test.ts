import { expect, test } from 'vitest';
import { localClock } from '../clock.ts';
import { tableStream } from '../database/tableStream.ts';
import { faultBox } from '../faults.ts';
import { streamSource } from './streamSource.ts';

test('rows that the account has no room for are tried without end, all of them, and that counts as no failure', async () => {
  const clock = localClock();
  const streamArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/Rows/stream/local';
  const stream = tableStream(streamArn, ['pk'], clock.now);
  const calls: number[] = [];
  const givenUp: string[] = [];
  let room = false;
  streamSource({
    mapping: {
      ...{ streamArn, functionId: 'Emit', batchSize: 10, filters: [], reportsItemFailures: true },
      ...{ maxRetries: 1, bisects: true },
    },
    reader: stream.reader('Emit'),
    invoke: async (event) => {
      calls.push((event as { Records: unknown[] }).Records.length);
      if (!room) throw Object.assign(new Error('Rate Exceeded.'), { name: 'TooManyRequestsException' });
    },
    givenUp: { send: (body) => void givenUp.push(body) as never },
    ...{ clock, faults: faultBox(), log: () => {} },
  });
  stream.add([{ pk: { S: 'a' } }, { pk: { S: 'b' } }]);
  await clock.advance(0);
  await clock.advance(3_600_000);
  expect(givenUp).toEqual([]);
  expect(calls.length).toBeGreaterThan(10);
  room = true;
  await clock.advance(300_000);
  expect(new Set(calls)).toEqual(new Set([2]));
  const { length } = calls;
  await clock.advance(3_600_000);
  expect(calls).toHaveLength(length);
});
