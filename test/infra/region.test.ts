import { Aws } from 'aws-cdk-lib';
import { afterEach, expect, test, vi } from 'vitest';
import { features } from '../../features/index.ts';
import { requireRegion } from '../../lib/settings/region.ts';
import { ConfigurationError, type StageConfig } from '../../lib/settings/stageConfig.ts';
import { shippedStage, testStage } from './template.ts';

afterEach(() => void vi.unstubAllEnvs());

const without = { assistant: { provider: 'bedrock' } };
/** A stack names no Region, unless its app does; the CDK's command line tells that of the credentials. */
const deploy = (region: string | undefined, stage: object, ofStack: string = Aws.REGION) => {
  vi.stubEnv('CDK_DEFAULT_REGION', region);
  requireRegion({ region: ofStack }, features, testStage(stage) as StageConfig);
};

test('a model that does not answer in the Region of a deployment is refused, with the Regions where it does', () => {
  for (const [fromCommandLine, ofStack] of [['sa-east-1'], ['us-east-1', 'sa-east-1']]) {
    const refused = () => deploy(fromCommandLine, without, ofStack);
    expect(refused).toThrow(ConfigurationError);
    expect(refused).toThrow('cdk.json: context.stages.test.assistant.modelId: is missing, and the default');
    expect(refused).toThrow('us-west-2, ca-central-1, ca-west-1, eu-central-1');
  }
  deploy('eu-west-1', without);
  deploy('sa-east-1', without, 'eu-west-1');
  deploy('sa-east-1', { assistant: { provider: 'bedrock', modelId: 'global.amazon.nova-2-lite-v1:0' } });
  deploy('sa-east-1', {});
});

test('a template that is made offline knows no Region, and is not refused', () => {
  deploy(undefined, without);
  expect(shippedStage('prod').settings).toMatchObject({ assistant: { provider: 'bedrock' } });
});
