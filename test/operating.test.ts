import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { metrics } from '../core/metrics.ts';

const text = readFileSync(new URL('../docs/operating.md', import.meta.url), 'utf8');

test('docs/operating.md has a row for each figure, and for no other', () => {
  const rows = [...text.matchAll(/^\| `(\w+)` \| (\w+) \| (?:`(\w+)`)? ?\| (.+) \|$/gm)];
  const said = rows.map(([, name = '', unit, by, what]) => [name, { unit, ...(by && { by }), what }]);
  expect(Object.fromEntries(said)).toEqual(metrics);
});
