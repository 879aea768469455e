import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { apiReference, exportsOf } from '../scripts/apiReference.ts';
import { entries } from '../scripts/buildPackage.ts';

test('everything that can be imported has a docstring', () => {
  const all = Object.values(entries).flatMap(exportsOf);
  expect(all.length).toBeGreaterThan(50);
  expect(all.filter(({ doc }) => doc === '').map(({ name, file }) => `${file}: ${name}`)).toEqual([]);
});

test('API.md is what the sources say', () => {
  const committed = readFileSync(new URL('../API.md', import.meta.url), 'utf8');
  expect(committed, 'npm run reference -w @tidings/client makes it anew').toBe(apiReference());
});
