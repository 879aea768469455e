import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { whatIsWrongWith } from './namedTest.ts';

const root = new URL('..', import.meta.url);
const text = readFileSync(new URL('docs/guarantees.md', root), 'utf8');

const named = [...text.matchAll(/`([\w/.]+\.test\.ts)`: ([^|;\n]+?(?=\s*\||; `|\)\.))/g)].map(
  ([, file = '', name = '']) => ({ file, name }),
);

test.each(named)('the test “$name” exists and is run', ({ file, name }) => {
  expect(whatIsWrongWith(file, name)).toBeUndefined();
});

test('each failure has a number, a design and a test', () => {
  const rows = [...text.matchAll(/^\| (\d+) \| (.+) \| (.+) \| (.+) \|$/gm)];
  expect(rows.map(([, number]) => Number(number))).toEqual(
    Array.from({ length: 26 }, (_, index) => index + 1),
  );
  for (const [row, , , , proof = ''] of rows) expect(proof, row).toMatch(/\.test\.ts`: /);
});

test('the files that are named exist', () => {
  const files = [...text.matchAll(/`((?:core|lib|docs|packages|test|adapters)\/[\w/.-]+\.\w+)`/g)];
  expect(files.length).toBeGreaterThan(30);
  for (const [, file = ''] of files) expect(existsSync(new URL(file, root)), file).toBe(true);
});
