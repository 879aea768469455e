import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { features } from '../../features/index.ts';
import { buildApp, stackName } from '../../lib/app.ts';
import type { StageInput } from '../../lib/stageConfig.ts';
import { stageTag } from '../../packages/cli/src/deployed/deployedStack.ts';
import { testStage } from './template.ts';

/** The tags that the CDK's command line gives the stack. */
function stackTags(changes: Partial<StageInput> = {}) {
  const outdir = mkdtempSync(join(tmpdir(), 'tidings-tags-'));
  onTestFinished(() => rmSync(outdir, { recursive: true }));
  const assembly = buildApp({ config: testStage(changes), features, outdir, bundle: false }).synth();
  return assembly.getStackByName(stackName('test')).tags;
}

test('the stack has the tag by which the command line finds it', () => {
  expect(stackTags()).toMatchObject({ [stageTag]: 'test' });
});
