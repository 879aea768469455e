import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readMutants } from './mutant.ts';

const bugs = readMutants('.');

it('there are at least 30 mutants, and none twice', () => {
  expect(bugs.length).toBeGreaterThanOrEqual(30);
  expect(new Set(bugs.map(({ defect }) => defect)).size).toBe(bugs.length);
});

/** Tests that are run for each of several values have a `%s` where a test of that name has one of them. */
function isNamedIn(text: string, test: string): boolean {
  return [...text.matchAll(/'([^'\n]*)'/g)].some(([, title = '']) => {
    const [first = '', ...rest] = title.split('%s');
    if (rest.length === 0) return title === test;
    return title.length > 20 && test.startsWith(first) && test.endsWith(rest.at(-1) ?? '');
  });
}

it.each(bugs)('$name names a test that exists, and lies in no test itself', ({ file, test, patch }) => {
  expect(isNamedIn(readFileSync(file, 'utf8'), test)).toBe(true);
  const changed = [...readFileSync(patch, 'utf8').matchAll(/^\+\+\+ b\/(.+)$/gm)].map(([, path]) => path);
  expect(changed.length).toBeGreaterThan(0);
  const isProduct = (path = '') =>
    /^(core|features|adapters|local|packages)\/.*\.ts$/.test(path) && !/\.test\.ts$|\/test\//.test(path);
  // Besides the product, what judges it, and what judges its documents.
  const isJudge = (path = '') => /^test\/(simulation\/oracle\/\w+|namedTest)\.ts$/.test(path);
  expect(changed.filter((path) => !isProduct(path) && !isJudge(path))).toEqual([]);
});

it.each(bugs)('$name still applies', ({ patch }) => {
  let file = '';
  for (const part of readFileSync(patch, 'utf8').split(/^(?=--- a\/|@@ )/m)) {
    const lines = part.replace(/\n$/, '').split('\n').slice(1);
    if (part.startsWith('--- a/')) file = readFileSync(/^--- a\/(.+)$/m.exec(part)?.[1] ?? '', 'utf8');
    const before = lines.filter((line) => /^[ -]/.test(line)).map((line) => line.slice(1));
    if (part.startsWith('@@ ')) expect(file).toContain(before.join('\n'));
  }
});
