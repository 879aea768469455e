import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { metrics } from '../core/metrics.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

test('docs/operating.md has a row for each figure, and for no other, with what its comment says', () => {
  const comments = [...read('../core/metrics.ts').matchAll(/^ {2}\/\*\* (.+)\. \*\/\n {2}(\w+): \{/gm)];
  const whats = new Map(comments.map(([, what, name]) => [name, what]));
  const known = Object.entries(metrics).map(([name, rules]) => [name, { ...rules, what: whats.get(name) }]);
  const rows = [
    ...read('../docs/operating.md').matchAll(/^\| `(\w+)` \| (\w+) \| (?:`(\w+)`)? ?\| (.+) \|$/gm),
  ];
  const said = rows.map(([, name = '', unit, by, what]) => [name, { unit, ...(by && { by }), what }]);
  expect(Object.fromEntries(said)).toEqual(Object.fromEntries(known));
});
