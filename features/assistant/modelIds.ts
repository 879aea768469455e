import * as z from 'zod/mini';
import type { Right } from '../../core/work/workers.ts';

/**
 * What names a model of Bedrock: a foundation model of the stage's Region (`amazon.nova-lite-v1:0`), an inference profile
 * that reaches into other Regions (`eu.amazon.nova-lite-v1:0`), or an ARN, such as one of an application's own profile.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles.html
 */
const id = /^[a-z0-9-]+\.[A-Za-z0-9.:_-]{1,120}$/;
const arn =
  /^arn:aws[\w-]*:bedrock:[a-z0-9-]+:(?:\d{12})?:(foundation-model|inference-profile|application-inference-profile|provisioned-model|imported-model|custom-model-deployment)\/([\w.:-]{1,128})$/;

export const ModelId = z.string().check(
  z.refine((text) => id.test(text) || arn.test(text), {
    error: 'must be the id or the ARN of a model or of an inference profile of Bedrock',
  }),
);

/** What the id of a profile that AWS has defined begins with: where its Regions are. */
export const profilePrefix = /^(?:us|us-gov|eu|apac|jp|au|ca|global)\./;

const defaultModel = 'amazon.nova-lite-v1:0';

/**
 * The Regions where the default model answers, each with the profile by which it does: its source Regions in
 * https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html, as others quote it. GovCloud
 * has the model itself: https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-supported.html
 */
const defaultIn: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'us.': ['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'],
    'ca.': ['ca-central-1', 'ca-west-1'],
    'eu.': [
      ...['eu-central-1', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-3'],
      'il-central-1',
    ],
    'apac.': [
      ...['ap-east-2', 'ap-northeast-1', 'ap-northeast-2', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2'],
      ...['ap-southeast-3', 'ap-southeast-4', 'ap-southeast-5', 'ap-southeast-7', 'me-central-1'],
    ],
    '': ['us-gov-west-1'],
  }).flatMap(([prefix, regions]) => regions.map((region) => [region, prefix + defaultModel] as const)),
);

const usualIds = [...new Set(defaultIn.values())];

/**
 * What a function in a Region asks for.
 *
 * @param modelId what the stage says; without it, the default model
 * @throws Error where the default model does not answer there
 */
export function modelIn(region: string, modelId: string | undefined): string {
  const found = modelId ?? defaultIn.get(region);
  if (found === undefined) throw new Error(`assistant.modelId: ${noDefault(region)}`);
  return found;
}

/** What is wrong with a stage in a Region, if anything. */
export function problemIn(region: string, modelId: string | undefined): string | undefined {
  return modelId !== undefined || defaultIn.has(region) ? undefined : noDefault(region);
}

const noDefault = (region: string) =>
  `is missing, and the default model ${defaultModel} does not answer in ${region}: name one that does, or deploy to one of ${[...defaultIn.keys()].join(', ')}`;

/** Rights to what a stage asks for, wherever it is deployed. */
export const modelRights = (modelId: string | undefined): Right[] =>
  (modelId === undefined ? usualIds : [modelId]).flatMap(rightsTo);

const actions = ['bedrock:InvokeModelWithResponseStream'];

/** A profile needs a right to itself, and to its model in each of the Regions that it may hand a request to. */
function rightsTo(modelId: string): Right[] {
  const [, kind = profilePrefix.test(modelId) ? 'inference-profile' : 'foundation-model', name = modelId] =
    arn.exec(modelId) ?? [];
  const account = kind === 'foundation-model' ? '' : '{account}';
  const itself = arn.test(modelId) ? modelId : `arn:{partition}:bedrock:{region}:${account}:${kind}/${name}`;
  if (!kind.endsWith('inference-profile')) return [{ actions, resources: [itself] }];
  // An application's own does not tell its model.
  const model = kind === 'inference-profile' ? name.replace(profilePrefix, '') : '*';
  return [
    { actions, resources: [itself] },
    {
      actions,
      // Which Regions these are depends on where it is asked, and a global profile asks with none. So all are allowed,
      // to who comes by the profile: https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html
      resources: [`arn:{partition}:bedrock:*::foundation-model/${model}`],
      conditions: { StringLike: { 'bedrock:InferenceProfileArn': itself } },
      why: 'The profile hands a request to any of its Regions; the right is only to who comes by it.',
    },
  ];
}
