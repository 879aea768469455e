import { profilePrefix } from '../../features/assistant/modelIds.ts';
import { isRecord } from '../http/httpJson.ts';
import type { Need } from '../rights/statement.ts';
import { busName } from '../template/readStack.ts';
import { account, arn } from '../template/template.ts';

type Input = Readonly<Record<string, unknown>>;

/**
 * What a request to SQS needs. A batch needs what its entries need:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
 */
export function needsOfSqs(operation: string, { QueueUrl, QueueName, SourceArn }: Input): Need[] {
  const name = typeof QueueUrl === 'string' ? QueueUrl.replace(/^.*\//, '') : QueueName;
  const resource =
    typeof SourceArn === 'string' ? SourceArn : typeof name === 'string' ? arn('sqs', name) : '*';
  return [{ action: `sqs:${operation.replace(/Batch$/, '')}`, resource }];
}

/** Bedrock's right to a model's answer in pieces: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html */
const converse = 'bedrock:InvokeModelWithResponseStream';

/**
 * What a question to a model needs: the right to it, or to the inference profile and to the model behind it in each Region
 * that may answer. Which these are is not known here, so it is asked for in the stack's own and in another, or in none:
 * https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html
 */
export function needsOfConverse(modelId: string): Need[] {
  const [, kind = 'inference-profile', name = modelId] = /^arn:.*:([\w-]+)\/(.+)$/.exec(modelId) ?? [];
  const isArn = modelId.startsWith('arn:');
  const model = name.replace(profilePrefix, '');
  if (isArn ? kind !== 'inference-profile' : model === name) {
    return [{ action: converse, resource: isArn ? modelId : modelArn(account.region, model) }];
  }
  const profile = isArn ? modelId : arn('bedrock', `inference-profile/${name}`);
  return [
    { action: converse, resource: profile },
    ...[account.region, name.startsWith('global.') ? '' : 'us-west-2'].map((region) => ({
      action: converse,
      resource: modelArn(region, model),
      context: { 'bedrock:InferenceProfileArn': [profile] },
    })),
  ];
}

const modelArn = (region: string, model: string) =>
  `arn:${account.partition}:bedrock:${region}::foundation-model/${model}`;

/** Amazon Translate asks Comprehend for the language of a text, by the rights of whoever asks: https://docs.aws.amazon.com/translate/latest/APIReference/API_TranslateText.html */
export function needsOfTranslate(operation: string, { SourceLanguageCode }: Input): Need[] {
  const translate = { action: `translate:${operation}`, resource: '*' };
  const detect = { action: 'comprehend:DetectDominantLanguage', resource: '*' };
  return SourceLanguageCode === 'auto' ? [translate, detect] : [translate];
}

/**
 * What a request to EventBridge needs, each of its events for itself:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
 */
export function needsOfPutEvents(operation: string, { Entries }: Input): Need[] {
  const action = `events:${operation}`;
  if (operation !== 'PutEvents') return [{ action, resource: '*' }];
  const entries = Array.isArray(Entries) ? Entries.filter(isRecord) : [];
  return entries.map(({ EventBusName, Source }) => ({
    action,
    resource: arn(
      'events',
      `event-bus/${busName(typeof EventBusName === 'string' ? EventBusName : undefined)}`,
    ),
    context: { 'events:source': [String(Source ?? '')] },
  }));
}
