import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readPlantedBugs } from './plantedBug.ts';

const bugs = readPlantedBugs('.');

it('there are at least 30 planted bugs, and none twice', () => {
  expect(bugs.length).toBeGreaterThanOrEqual(30);
  expect(new Set(bugs.map(({ defect }) => defect)).size).toBe(bugs.length);
});

it.each(bugs)('$name names a test that exists, and lies in no test itself', ({ file, test, patch }) => {
  expect(readFileSync(file, 'utf8')).toContain(`'${test}'`);
  const changed = [...readFileSync(patch, 'utf8').matchAll(/^\+\+\+ b\/(.+)$/gm)].map(([, path]) => path);
  expect(changed.length).toBeGreaterThan(0);
  expect(changed.filter((path) => !/^(core|adapters|packages)\/.*\.ts$/.test(path ?? ''))).toEqual([]);
});
