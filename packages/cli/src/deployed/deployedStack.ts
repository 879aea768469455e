import type { CloudFormationClient, Stack } from '@aws-sdk/client-cloudformation';
import { Failed, UsageError } from '../failures.ts';
import { type AwsPlace, awsFailure } from './awsFailure.ts';

/** Options of every command that looks at a deployed stack, for `readWords`. */
export const stackOptions = {
  stage: { type: 'string' },
  stack: { type: 'string' },
  region: { type: 'string' },
  profile: { type: 'string' },
} as const;

export interface StackValues {
  readonly stage?: string | undefined;
  readonly stack?: string | undefined;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}

/** What the stack says of itself, by the names that `lib/tidings.ts` gives its outputs. */
const outputNames = ['WebSocketUrl', 'HttpUrl', 'ManagementUrl', 'EventBusName', 'TableName'] as const;
export type OutputName = (typeof outputNames)[number];

export interface StackResource {
  /** The logical id: as in the template. */
  readonly id: string;
  readonly type: string;
  /** The name, address or ARN by which the service knows it. */
  readonly physicalId: string;
}

export interface DeployedStack {
  readonly name: string;
  readonly place: AwsPlace;
  /** @throws Failed where the stack has no such output, or two. */
  output(name: OutputName): string;
  /** An output that not every stack has, such as one of a user pool. */
  optionalOutput(name: string): string | undefined;
  /** What the stack is made of. @param type such as `AWS::SQS::Queue` */
  resources(type?: string): Promise<readonly StackResource[]>;
  /** The tags of the stack. */
  readonly tags: Readonly<Record<string, string>>;
  readonly terminationProtected: boolean;
}

/** The tag by which a stage's stack is found, whatever its name; lib/operating/tags.ts sets it. */
export const stageTag = 'tidings:stage';

/**
 * The stack of a stage in an account, with its outputs.
 *
 * @param values `stack` names it; without it, it is the one stack whose tag says that it is of `stage`
 * @throws UsageError where both are named
 * @throws Failed with what to do: no credentials, no Region, no such stack, one that never came to stand
 */
export async function deployedStack({
  stage,
  stack: stackName,
  region,
  profile,
}: StackValues): Promise<DeployedStack> {
  if (stage !== undefined && stackName !== undefined)
    throw new UsageError('name either --stage or --stack, not both');
  const place = { ...(region !== undefined && { region }), ...(profile !== undefined && { profile }) };
  const client = await newClient(place);
  const found = await find(client, { stage: stage ?? 'dev', stackName, place });
  requireStanding(found);
  const name = found.StackName ?? '';
  const all = (found.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]);
  const optionalOutput = (wanted: string): string | undefined => {
    const named = all.filter(([key = '']) => isNamed(key, wanted));
    if (named.length < 2) return named[0]?.[1];
    throw new Failed(
      `the stack ${name} has ${named.length} outputs ${wanted}: give each Tidings construct a stack of its own`,
    );
  };
  return {
    name,
    place,
    optionalOutput,
    output(wanted) {
      const value = optionalOutput(wanted);
      if (value !== undefined) return value;
      throw new Failed(
        `the stack ${name} has no output ${wanted}: it is no stack of Tidings, or of an older release`,
      );
    },
    resources: (type) => listResources(client, name, place, type),
    tags: Object.fromEntries((found.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
    terminationProtected: found.EnableTerminationProtection ?? false,
  };
}

/** Whether there is a stack of this name, and was once deployed to its end. @throws Failed where AWS cannot be asked. */
export async function hasStood(name: string, place: AwsPlace): Promise<boolean> {
  const [stack] = await described(await newClient(place), name, place);
  return stack !== undefined && !unfinished.test(stack.StackStatus ?? '');
}

async function newClient(place: AwsPlace): Promise<CloudFormationClient> {
  // Loaded here: most commands talk to a server, and need nothing of AWS.
  const { CloudFormationClient } = await import('@aws-sdk/client-cloudformation');
  return new CloudFormationClient(place);
}

/** In a stack of a team's own, the CDK puts the construct's id before an output's name, and a hash after it. */
const isNamed = (key: string, name: string) =>
  key === name || new RegExp(`^[A-Za-z0-9]*${name}[0-9A-F]{8}$`).test(key);

interface Sought {
  readonly stage: string;
  readonly stackName: string | undefined;
  readonly place: AwsPlace;
}

async function find(client: CloudFormationClient, { stage, stackName, place }: Sought): Promise<Stack> {
  const where = await regionOf(client, place);
  if (stackName !== undefined) {
    const [stack] = await described(client, stackName, place);
    if (stack) return stack;
    throw new Failed(`there is no stack ${stackName} in ${where}: name another, or another Region`);
  }
  const stacks = (await described(client, undefined, place)).filter(({ Tags = [] }) =>
    Tags.some(({ Key, Value }) => Key === stageTag && Value === stage),
  );
  const [stack, ...others] = stacks;
  if (!stack)
    throw new Failed(
      `no stack in ${where} is of the stage ${stage} (by the tag ${stageTag}): deploy it with npm run deploy, or name a stack with --stack, or another Region with --region`,
    );
  if (others.length > 0) {
    const names = stacks.map(({ StackName }) => StackName).toSorted();
    throw new Failed(`several stacks are of the stage ${stage}: name one with --stack: ${names.join(', ')}`);
  }
  return stack;
}

async function regionOf(client: CloudFormationClient, place: AwsPlace): Promise<string> {
  try {
    return await client.config.region();
  } catch (error) {
    throw awsFailure(error, 'read the stack', place);
  }
}

/** The stack of a name, or all; none where there is none. */
async function described(
  client: CloudFormationClient,
  name: string | undefined,
  place: AwsPlace,
): Promise<readonly Stack[]> {
  const { paginateDescribeStacks } = await import('@aws-sdk/client-cloudformation');
  const found: Stack[] = [];
  try {
    for await (const { Stacks = [] } of paginateDescribeStacks({ client }, { StackName: name }))
      found.push(...Stacks);
    return found;
  } catch (error) {
    const { name: kind, message } = error as Error;
    if (kind === 'ValidationError' && /does not exist/.test(message)) return [];
    throw awsFailure(error, name === undefined ? 'list the stacks' : `read the stack ${name}`, place);
  }
}

/** What never came to stand, or is going. One whose update failed still runs as it was. */
const unfinished = /^(CREATE_(?!COMPLETE)|ROLLBACK_|DELETE_|REVIEW_)/;

function requireStanding({
  StackName,
  StackStatus: status = 'CREATE_COMPLETE',
  StackStatusReason,
}: Stack): void {
  if (!unfinished.test(status)) return;
  const reason = StackStatusReason === undefined ? '' : ` (${StackStatusReason})`;
  const what = /_IN_PROGRESS$/.test(status)
    ? 'wait until that is over'
    : 'delete it and deploy again; its events in CloudFormation say what failed';
  throw new Failed(`the stack ${StackName} is ${status}${reason}: ${what}`);
}

async function listResources(
  client: CloudFormationClient,
  name: string,
  place: AwsPlace,
  type: string | undefined,
): Promise<readonly StackResource[]> {
  const { paginateListStackResources } = await import('@aws-sdk/client-cloudformation');
  const all: StackResource[] = [];
  try {
    for await (const page of paginateListStackResources({ client }, { StackName: name })) {
      for (const {
        LogicalResourceId = '',
        ResourceType = '',
        PhysicalResourceId,
      } of page.StackResourceSummaries ?? []) {
        if (PhysicalResourceId === undefined || (type !== undefined && type !== ResourceType)) continue;
        all.push({ id: LogicalResourceId, type: ResourceType, physicalId: PhysicalResourceId });
      }
    }
  } catch (error) {
    throw awsFailure(error, `list what the stack ${name} is made of`, place);
  }
  return all;
}
