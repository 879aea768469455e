import { isRecord } from '../http/httpJson.ts';
import { type HasPermission, readInvokePermissions } from './permissions.ts';
import {
  type HttpDescription,
  readHttpApi,
  readWebSocketApi,
  type Target,
  type WebSocketDescription,
} from './readApis.ts';
import {
  type MappingDescription,
  type QueueDescription,
  readMapping,
  readQueue,
  readStreamMapping,
  type StreamMappingDescription,
} from './readMappings.ts';
import { functionOf, type Item, readResources } from './readResources.ts';
import { type NeedOfLambda, type Role, type RoleOf, readRoles, requireRights } from './readRoles.ts';
import { type Addresses, arn, type Template } from './template.ts';

export interface FunctionDescription {
  readonly id: string;
  readonly arn: string;
  /** The source file, relative to the app's folder. */
  readonly entry: string;
  /** The module with the list of features, relative to the same. */
  readonly features: string;
  readonly role: Role;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
}

export interface TableDescription {
  readonly name: string;
  readonly keys: readonly { AttributeName: string; KeyType: 'HASH' | 'RANGE' }[];
  readonly attributes: readonly { AttributeName: string; AttributeType: 'S' | 'N' | 'B' }[];
  /** The attribute that holds when a row expires, in seconds since 1970. */
  readonly ttlAttribute?: string;
  /** Of the stream that has each row as it was written; absent: there is none. */
  readonly streamArn?: string;
}

export interface RuleDescription {
  readonly id: string;
  readonly arn: string;
  /** The name of the bus that it listens to. */
  readonly bus: string;
  readonly everyMs?: number;
  readonly pattern?: Readonly<Record<string, unknown>>;
  /** Functions, each with the fixed input that the rule gives it, if any. */
  readonly targets: readonly (Target & { readonly input?: unknown })[];
}

/** The contents of a template as the local stack runs them. */
export interface StackDescription {
  readonly functions: readonly FunctionDescription[];
  readonly webSocket: WebSocketDescription;
  readonly http?: HttpDescription;
  readonly table: TableDescription;
  readonly queues: readonly QueueDescription[];
  readonly mappings: readonly MappingDescription[];
  readonly streamMappings: readonly StreamMappingDescription[];
  readonly rules: readonly RuleDescription[];
  /** What Lambda itself does with the functions' roles. */
  readonly needsOfLambda: readonly NeedOfLambda[];
}

/** @throws where the template holds what would not deploy, or what the local stack does not know. */
export function readStack(template: Template, addresses: Addresses): StackDescription {
  const resources = readResources(template, addresses);
  const hasPermission = readInvokePermissions(resources);
  const roleOf = readRoles(resources);
  const needsOfLambda: NeedOfLambda[] = [];
  const requireRight = requireRights(roleOf, needsOfLambda);
  const mappings = resources
    .ofType('AWS::Lambda::EventSourceMapping')
    .filter((mapping) => mapping.get('Enabled') !== false);
  const isOfStream = (mapping: Item) => mapping.text('EventSourceArn').includes('/stream/');
  const http = readHttpApi(resources, hasPermission);
  return {
    functions: resources.ofType('AWS::Lambda::Function').flatMap((fn) => readFunction(fn, roleOf)),
    webSocket: readWebSocketApi(resources, hasPermission),
    ...(http ? { http } : {}),
    table: readTable(resources.only('AWS::DynamoDB::GlobalTable')),
    queues: resources.ofType('AWS::SQS::Queue').map(readQueue),
    mappings: mappings
      .filter((mapping) => !isOfStream(mapping))
      .map((mapping) => readMapping(mapping, resources, requireRight)),
    streamMappings: mappings
      .filter(isOfStream)
      .map((mapping) => readStreamMapping(mapping, resources, requireRight)),
    rules: resources
      .ofType('AWS::Events::Rule')
      .filter((rule) => rule.get('State') !== 'DISABLED')
      .map((rule) => readRule(rule, hasPermission)),
    needsOfLambda,
  };
}

/** A function without an entry is one that the CDK added for its own purposes at deployment. */
function readFunction(item: Item, roleOf: RoleOf): FunctionDescription[] {
  const entry = item.metadata['tidings:entry'];
  const features = item.metadata['tidings:features'];
  if (typeof entry !== 'string' || typeof features !== 'string') return [];
  const variables = item.record('Environment').Variables;
  const env = Object.entries(isRecord(variables) ? variables : {}).map(([name, value]) => [
    name,
    String(value),
  ]);
  return [
    {
      id: item.id,
      arn: arn('lambda', `function:${item.id}`),
      entry,
      features,
      role: roleOf(item),
      env: Object.fromEntries(env),
      timeoutMs: item.number('Timeout', 3) * 1_000,
      memoryMb: item.number('MemorySize', 128),
    },
  ];
}

function readTable(item: Item): TableDescription {
  if (item.list('GlobalSecondaryIndexes').length > 0) {
    throw new Error(`${item.id}: the local stack knows no secondary indexes.`);
  }
  const ttl = item.record('TimeToLiveSpecification');
  const ttlAttribute = ttl.Enabled === true ? ttl.AttributeName : undefined;
  const stream = item.get('StreamSpecification');
  if (stream !== undefined && (!isRecord(stream) || stream.StreamViewType !== 'NEW_IMAGE')) {
    throw new Error(`${item.id}: the local stack knows only streams of new images.`);
  }
  return {
    name: item.id,
    keys: item.list('KeySchema') as TableDescription['keys'],
    attributes: item.list('AttributeDefinitions') as TableDescription['attributes'],
    ...(typeof ttlAttribute === 'string' ? { ttlAttribute } : {}),
    ...(stream === undefined ? {} : { streamArn: arn('dynamodb', `table/${item.id}/stream/local`) }),
  };
}

function readRule(item: Item, hasPermission: HasPermission): RuleDescription {
  const ruleArn = arn('events', `rule/${item.id}`);
  const schedule = item.maybeText('ScheduleExpression');
  const pattern = item.get('EventPattern');
  return {
    id: item.id,
    arn: ruleArn,
    bus: busName(item.maybeText('EventBusName')),
    ...(schedule === undefined ? {} : { everyMs: rateMs(schedule, item.id) }),
    ...(isRecord(pattern) ? { pattern } : {}),
    targets: item.list('Targets').map((target) => {
      const { Arn: targetArn, Input: input, InputPath, InputTransformer } = target as Record<string, unknown>;
      if (typeof targetArn !== 'string' || !targetArn.includes(':function:')) {
        throw new Error(`${item.id}: the local stack knows only functions as targets of a rule.`);
      }
      if (InputPath !== undefined || InputTransformer !== undefined) {
        throw new Error(`${item.id}: the local stack knows no input paths or transformers.`);
      }
      const functionId = functionOf(targetArn, item.id);
      return {
        functionId,
        permitted: hasPermission(functionId, 'events.amazonaws.com', ruleArn),
        ...(typeof input === 'string' ? { input: JSON.parse(input) as unknown } : {}),
      };
    }),
  };
}

/** A bus may be told by its name or its ARN. */
export function busName(bus: string | undefined): string {
  return bus?.replace(/^.*event-bus\//, '') ?? 'default';
}

const unitMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 24 * 3_600_000 };

/** `rate(5 minutes)` in milliseconds. */
export function rateMs(expression: string, where: string): number {
  const [, amount, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const ms = Number(amount) * (unitMs[unit ?? ''] ?? Number.NaN);
  if (!(ms > 0))
    throw new Error(`${where}: the local stack knows only rate(…) schedules, not ${expression}.`);
  return ms;
}
