import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const minLimitMs = 60_000;
/** A limit as the last argument of a test or a hook, and as an option of one, of a config, or of a child. */
const limit = /^\}, ([\d_]+)\);$|\b(?:timeout|testTimeout|hookTimeout): ([\d_]+)/gm;

function limitsOf(text: string): number[] {
  return [...text.matchAll(limit)].map(([, last, named]) =>
    Number((last ?? named ?? '').replaceAll('_', '')),
  );
}

test('a test’s time limit ends a hang: none is under a minute, since a busy machine is several times slower', () => {
  const files = execFileSync('git', [
    'ls-files',
    '*.test.ts',
    '*.test.tsx',
    '*vitest.config.ts',
    'test/support/*.ts',
  ])
    .toString()
    .trim()
    .split('\n');
  expect(files.length).toBeGreaterThan(100);
  const found = files.flatMap((file) =>
    limitsOf(readFileSync(file, 'utf8')).map((limitMs) => ({ file, limitMs })),
  );
  expect(found).not.toEqual([]);
  expect(found.filter(({ limitMs }) => limitMs < minLimitMs)).toEqual([]);
});

test('short limits are found where they stand', () => {
  const limits = [
    ['}', ' 30_000);'].join(','),
    ['timeout', ' 5_000'].join(':'),
    ['hookTimeout', ' 7'].join(':'),
  ];
  // In pieces, so that this file has none itself.
  expect(limitsOf(limits.join('\n'))).toEqual([30_000, 5_000, 7]);
});
