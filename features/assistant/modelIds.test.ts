import { describe, expect, test } from 'vitest';
import { ModelId, modelIn, modelRights, problemIn } from './modelIds.ts';

const actions = ['bedrock:InvokeModelWithResponseStream'];
const anyRegion = (model: string, profile: string) => ({
  actions,
  resources: [`arn:{partition}:bedrock:*::foundation-model/${model}`],
  conditions: { StringLike: { 'bedrock:InferenceProfileArn': profile } },
  why: expect.stringContaining('any of its Regions'),
});

test('a foundation model is asked for in the stage’s own Region, and is all that may be asked', () => {
  expect(modelRights('anthropic.claude-haiku-4-5-20251001-v1:0')).toEqual([
    {
      actions,
      resources: [
        'arn:{partition}:bedrock:{region}::foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0',
      ],
    },
  ]);
});

test.each(['us', 'us-gov', 'eu', 'apac', 'jp', 'au', 'ca', 'global'])(
  'an inference profile of %s is granted with its model in each of its Regions, and the model by no other way',
  (where) => {
    const profile = `arn:{partition}:bedrock:{region}:{account}:inference-profile/${where}.amazon.nova-pro-v1:0`;
    expect(modelRights(`${where}.amazon.nova-pro-v1:0`)).toEqual([
      { actions, resources: [profile] },
      anyRegion('amazon.nova-pro-v1:0', profile),
    ]);
  },
);

describe('an ARN', () => {
  const own = 'arn:aws:bedrock:eu-west-1:123456789012:';

  test('of a profile that AWS has defined is the same as its id', () => {
    const profile = `${own}inference-profile/eu.amazon.nova-lite-v1:0`;
    expect(modelRights(profile)).toEqual([
      { actions, resources: [profile] },
      anyRegion('amazon.nova-lite-v1:0', profile),
    ]);
  });

  test('of an application’s own profile does not tell its model, which is granted by way of it alone', () => {
    const profile = `${own}application-inference-profile/a1b2c3d4e5f6`;
    expect(modelRights(profile)).toEqual([{ actions, resources: [profile] }, anyRegion('*', profile)]);
  });

  test.each([
    'arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/amazon.nova-lite-v1:0',
    `${own}provisioned-model/abc123`,
    `${own}imported-model/abc123`,
    `${own}custom-model-deployment/abc123`,
  ])('%s is granted as it is', (arn) => {
    expect(modelRights(arn)).toEqual([{ actions, resources: [arn] }]);
  });
});

describe('without a model’s id', () => {
  test.each([
    ['us-west-1', 'us.amazon.nova-lite-v1:0'],
    ['us-west-2', 'us.amazon.nova-lite-v1:0'],
    ['ca-central-1', 'ca.amazon.nova-lite-v1:0'],
    ['il-central-1', 'eu.amazon.nova-lite-v1:0'],
    ['me-central-1', 'apac.amazon.nova-lite-v1:0'],
    ['ap-southeast-3', 'apac.amazon.nova-lite-v1:0'],
    ['eu-central-1', 'eu.amazon.nova-lite-v1:0'],
    ['ap-southeast-2', 'apac.amazon.nova-lite-v1:0'],
    ['us-gov-west-1', 'amazon.nova-lite-v1:0'],
  ])('in %s it is %s', (region, id) => {
    expect(modelIn(region, undefined)).toBe(id);
    expect(problemIn(region, undefined)).toBeUndefined();
  });

  test('where it does not answer, the Regions are named where it does', () => {
    const said =
      /^is missing, and the default model amazon\.nova-lite-v1:0 does not answer in sa-east-1: .*eu-west-3/;
    expect(problemIn('sa-east-1', undefined)).toMatch(said);
    expect(() => modelIn('sa-east-1', undefined)).toThrow('assistant.modelId: is missing');
    expect(problemIn('sa-east-1', 'global.amazon.nova-2-lite-v1:0')).toBeUndefined();
  });

  test('every profile may be asked by which it answers somewhere', () => {
    const all = modelRights(undefined).flatMap(({ resources }) => resources);
    for (const prefix of ['us.', 'ca.', 'eu.', 'apac.']) {
      expect(all).toContain(
        `arn:{partition}:bedrock:{region}:{account}:inference-profile/${prefix}amazon.nova-lite-v1:0`,
      );
    }
    expect(all).toContain('arn:{partition}:bedrock:{region}::foundation-model/amazon.nova-lite-v1:0');
  });
});

test.each([
  'nova',
  'amazon nova',
  '*',
  'amazon.*',
  'arn:aws:bedrock:us-east-1:123456789012:agent/abc',
  'arn:aws:bedrock:*:123456789012:inference-profile/us.amazon.nova-lite-v1:0',
  'arn:aws:s3:::bucket',
])('%s names no model', (text) => {
  expect(ModelId.safeParse(text).success).toBe(false);
});
