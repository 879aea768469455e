import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { features } from '../../features/index.ts';
import { buildApp, stackName } from '../../lib/app.ts';
import type { StageInput } from '../../lib/settings/stageConfig.ts';
import { stageTag } from '../../packages/cli/src/deployed/deployedStack.ts';
import { testStage } from './template.ts';

/** The tags that the CDK's command line gives the stack. */
function stackTags(changes: Partial<StageInput> = {}) {
  const outdir = mkdtempSync(join(tmpdir(), 'tidings-tags-'));
  onTestFinished(() => rmSync(outdir, { recursive: true }));
  const assembly = buildApp({ config: testStage(changes), features, outdir, bundle: false }).synth();
  return assembly.getStackByName(stackName('test')).tags;
}

test('tags of the stage are tags of the stack, and none takes the place of the stage’s', () => {
  const tags = { team: 'Front Desk', 'cost:center': 'a-1', [stageTag]: 'another' };
  expect(stackTags({ tags })).toEqual({ ...tags, [stageTag]: 'test' });
});

test.each([
  [{ 'aws:owner': 'me' }, /tags.aws:owner: must be a tag/],
  [{ team: 'a;b' }, /tags.team: must be a tag/],
  [{ team: 'x'.repeat(257) }, /tags.team: must/],
])('%j is refused as tags', (tags, said) => {
  expect(() => stackTags({ tags })).toThrow(said);
});

test('the stack has the tag by which the command line finds it', () => {
  expect(stackTags()).toMatchObject({ [stageTag]: 'test' });
});
