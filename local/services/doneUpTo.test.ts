import { describe, expect, test } from 'vitest';
import type { StreamRecord } from '../database/tableStream.ts';
import { doneUpTo } from './streamSource.ts';

describe('the answer of a batch', () => {
  const at = (SequenceNumber: string) => ({ dynamodb: { SequenceNumber } }) as StreamRecord;
  const batch = [at('1'), at('2'), at('3')];
  const failed = (...ids: unknown[]) => ({
    batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
  });
  test.each([
    ['nothing', null, 3],
    ['no list', {}, 3],
    ['an empty list', failed(), 3],
    ['a list of nothing', { batchItemFailures: null }, 3],
    ['one row', failed('2'), 1],
    ['several rows, the first of which counts', failed('3', '2'), 1],
    ['the first row', failed('1'), 0],
    ['an unknown row', failed('2', '9'), 'none'],
    ['an empty id', failed(''), 'none'],
    ['an entry with another key', { batchItemFailures: [{ id: '2' }] }, 'none'],
    ['no list but a text', { batchItemFailures: '2' }, 'none'],
    ['a text', 'failed', 'none'],
  ])('that holds %s is done up to where Lambda would say', (_what, answered, done) => {
    expect(doneUpTo(answered, batch)).toBe(done);
  });
});
