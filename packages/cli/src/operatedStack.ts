import type { AwsPlace } from './deployed/awsFailure.ts';
import { deployedStack, type StackValues } from './deployed/deployedStack.ts';
import { anybody, localAws } from './localStack.ts';

/** What the clients of the SDK are made with. */
export interface ClientSettings extends AwsPlace {
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** A stack as its operator works on it, on this machine or in an account. */
export interface OperatedStack {
  readonly name: string;
  readonly place: AwsPlace;
  readonly aws: ClientSettings;
  readonly dynamodb: ClientSettings;
  readonly tableName: string;
  readonly eventBusName: string;
  queues(): Promise<readonly { readonly name: string; readonly url: string }[]>;
}

/** That of a stage where one is named, and else the local one. @throws Failed, UsageError */
export async function operatedStack(values: StackValues, localUrl: string): Promise<OperatedStack> {
  if (values.stage === undefined && values.stack === undefined) return localStack(localUrl);
  const stack = await deployedStack(values);
  const { place } = stack;
  return {
    ...{ place, aws: place, dynamodb: place },
    name: stack.name,
    tableName: stack.output('TableName'),
    eventBusName: stack.output('EventBusName'),
    async queues() {
      const found = await stack.resources('AWS::SQS::Queue');
      return found.map(({ id, physicalId }) => ({ name: id, url: physicalId }));
    },
  };
}

async function localStack(url: string): Promise<OperatedStack> {
  const { region, endpoint, dynamodb, tableName, eventBusName = '', queues } = await localAws(url);
  const at = (address: string | undefined) => ({
    region,
    credentials: anybody,
    ...(address !== undefined && { endpoint: address }),
  });
  return {
    name: `the local stack at ${url}`,
    place: { region },
    aws: at(endpoint),
    dynamodb: at(dynamodb),
    ...{ tableName, eventBusName },
    queues: async () => queues,
  };
}
