import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { rightsUsed } from '../local/rights/rightsUsed.ts';
import { deniedIn, unusedIn } from './support/rightsReport.ts';

const rows = {
  action: 'dynamodb:Query',
  resource: 'arn:aws:dynamodb:us-east-1:000000000000:table/Rows12345678',
};
const queue = (id: string) => ({
  action: 'sqs:SendMessage',
  resource: `arn:aws:sqs:us-east-1:000000000000:${id}`,
});

/** What stacks write down, read as the report reads it. */
function written(write: (used: ReturnType<typeof rightsUsed>) => void): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-rights-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  write(rightsUsed(folder));
  return readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').trim().split('\n'));
}

test('a right that no test used is told of, once, with what it is on', () => {
  const lines = written((used) => {
    for (const entry of ['a.ts', 'b.ts']) for (const id of ['Work', 'Dead']) used.has(entry, queue(id));
    used.has('a.ts', rows);
    used.has('a.ts', rows);
    used.note('b.ts', queue('Work'));
    used.note('a.ts', queue('Dead'));
  });
  expect(unusedIn(lines)).toEqual([
    'a.ts: dynamodb:Query on Rows, sqs:SendMessage on Work',
    'b.ts: sqs:SendMessage on Dead',
  ]);
});

test('one that was used in one stack is not unused in another, where the same has a longer name', () => {
  const lines = written((used) => {
    used.has('lambdas/a.ts', queue('Work12345678'));
    used.has('../../lambdas/a.ts', queue('RealtimeWorkABCDEF01'));
    used.note('../../lambdas/a.ts', queue('RealtimeWorkABCDEF01'));
  });
  expect(unusedIn(lines)).toEqual([]);
});

test('what was denied is told of, also if it is allowed elsewhere', () => {
  const lines = written((used) => {
    used.has('a.ts', rows);
    used.note('a.ts', rows);
    used.denied('a.ts', rows);
  });
  expect(deniedIn(lines)).toEqual(['a.ts: dynamodb:Query on Rows']);
});
