import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { whatIsWrongWith } from './namedTest.ts';

const root = new URL('..', import.meta.url);
const rows = [
  ...readFileSync(new URL('docs/parity.md', root), 'utf8').matchAll(/^\| ([A-E]\d+) \| .* \| (.*) \|$/gm),
].map(([, id = '', cell = '']) => ({ id, cell: cell.trim() }));

test('the list has every behaviour once', () => {
  const counts = { A: 22, B: 12, C: 6, D: 11, E: 12 };
  const all = Object.entries(counts).flatMap(([letter, count]) =>
    Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
  );
  expect(rows.map(({ id }) => id)).toEqual(all);
});

test.each(rows.filter(({ cell }) => cell !== ''))('the test that $id names exists and is run', ({ cell }) => {
  const [, file = '', name = ''] = /^`([^`]+)`: (.+)$/.exec(cell) ?? [];
  expect(whatIsWrongWith(file, name)).toBeUndefined();
});
