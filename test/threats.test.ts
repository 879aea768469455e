import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { whatIsWrongWith } from './namedTest.ts';

const root = new URL('..', import.meta.url);
const text = readFileSync(new URL('docs/threats.md', root), 'utf8');
const rows = [...text.matchAll(/^\| ([\w ]+) \| (.+) \| (.+) \| (.+) \|$/gm)]
  .map(([, area = '', threat = '', , proof = '']) => ({ area, threat, proof }))
  .slice(1);

test('the rows stand by area', () => {
  expect(rows.length).toBeGreaterThan(5);
  expect(rows.map(({ area }) => area)).toEqual(rows.map(({ area }) => area).toSorted());
});

test.each(rows)('what holds this one has a test: $threat', ({ proof }) => {
  const named = [...proof.matchAll(/`([^`]+\.test\.tsx?)`: (.+?)(?=; `|$)/g)];
  expect(named.length).toBeGreaterThan(0);
  for (const [, file = '', name = ''] of named) {
    expect(whatIsWrongWith(file, name)).toBeUndefined();
  }
});
