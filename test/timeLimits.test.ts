import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import config from '../vitest.config.ts';
import mutants from './mutants/vitest.config.ts';

const minLimitMs = 60_000;
/** A limit as the last argument of a test or a hook, and as an option of one, of a config, or of a child. */
const limit = /^\}, ([\d_]+)\);$|\b(?:timeout|testTimeout|hookTimeout): ([\d_]+)/gm;

/** What vitest takes for `expect.poll`; it gives up after a second by itself. */
interface Waiting {
  readonly expect?: { readonly poll?: { readonly timeout?: number } };
}

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

test('what is waited for without a limit of its own is waited for a minute too', async () => {
  const { test: settings } = config as { test: { projects: { test: Waiting }[] } };
  const projects = settings.projects.map(({ test: project }) => project);
  expect(projects.length).toBeGreaterThan(3);
  const polled = [...projects, mutants.test as Waiting].map(({ expect: waiting }) => waiting?.poll?.timeout);
  expect(polled.filter((limitMs = 1_000) => limitMs < minLimitMs)).toEqual([]);
  const opening = readFileSync('test/browser/launch.ts', 'utf8');
  const [, ofPages = ''] = /setDefaultTimeout\(([\d_]+)\)/.exec(opening) ?? [];
  expect(Number(ofPages.replaceAll('_', ''))).toBeGreaterThanOrEqual(minLimitMs);
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
