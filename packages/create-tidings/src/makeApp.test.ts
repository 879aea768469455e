import { readFileSync } from 'node:fs';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { expect, test } from 'vitest';

test('a new app has the feature flags that the CDK recommends, as `cdk init` writes them', () => {
  const { context } = JSON.parse(readFileSync(new URL('../template/cdk.json', import.meta.url), 'utf8'));
  const { stages, ...flags } = context;
  expect(Object.keys(stages)).toEqual(['dev']);
  expect(flags).toEqual(recommendedFlags);
});
