import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { expect, onTestFinished, test } from 'vitest';
import { makeApp } from './makeApp.ts';

/** If a check were gone, nothing is written all the same. */
const nowhere = join(tmpdir(), 'tidings-nowhere');

test('a new app has the feature flags that the CDK recommends, as `cdk init` writes them', () => {
  const { context } = JSON.parse(readFileSync(new URL('../template/cdk.json', import.meta.url), 'utf8'));
  const { stages, ...flags } = context;
  expect(Object.keys(stages)).toEqual(['dev']);
  expect(flags).toEqual(recommendedFlags);
});

test('where the packed files are not, it is said how they are made, and nothing is written', async () => {
  const packages = mkdtempSync(join(tmpdir(), 'tidings-packed-'));
  onTestFinished(() => rmSync(packages, { recursive: true }));
  await expect(makeApp({ name: 'never-made', packages })).rejects.toThrow(
    `there is no packed tidings in ${packages}: make it with npm run pack -- --out ${packages} in the repository of Tidings`,
  );
  expect(existsSync('never-made')).toBe(false);
});

test.each(['../desk', 'Desk', 'a desk', '.', ''])('%j is no name for an app', async (name) => {
  await expect(makeApp({ name, packages: nowhere })).rejects.toThrow(
    `${JSON.stringify(name)} is no name for an app`,
  );
});

test('a folder with something in it is left as it is', async () => {
  await expect(makeApp({ name: 'packages', packages: nowhere })).rejects.toThrow(
    'there is something in packages already',
  );
});
