/** A number that the model is made with, and where it is from. */
export interface Figure {
  readonly value: number;
  readonly what: string;
  /** AWS's own page for it, or how else it is known. */
  readonly from: string;
  /** The day on which it was looked up, in what others quote of that page or of AWS's price lists: none was read live. */
  readonly quotedOn?: string;
}

const gateway = 'https://aws.amazon.com/api-gateway/pricing/';
const gatewayQuotas = 'https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html';
const socketQuotas =
  'https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html';
const dynamodb = 'https://aws.amazon.com/dynamodb/pricing/on-demand/';
const lambda = 'https://aws.amazon.com/lambda/pricing/';
const appsync = 'https://aws.amazon.com/appsync/pricing/';
const appsyncQuotas = 'https://docs.aws.amazon.com/general/latest/gr/appsync.html';
const iot = 'https://aws.amazon.com/iot-core/pricing/';
const iotQuotas = 'https://docs.aws.amazon.com/general/latest/gr/iot-core.html';
const computing = 'measured on a shared core: docs/operating.md, Memory and time';
const assumed = 'assumed: not measured on AWS';

const of = (value: number, what: string, from: string): Figure => ({
  value,
  what,
  from,
  ...(from.startsWith('https:') && { quotedOn: '2026-11-30' }),
});

/** List prices of us-east-1 without free tiers, quotas that AWS gives without being asked, and what is assumed. */
export const figures = {
  message: of(1, 'USD for a million messages of API Gateway, up to 32 KB each, in and out', gateway),
  messageAbove: of(0.8, 'the same above the first thousand million in a month', gateway),
  minute: of(0.25, 'USD for a million connection minutes of API Gateway', gateway),
  write: of(0.625, 'USD for a million write units of DynamoDB', dynamodb),
  read: of(0.125, 'USD for a million read units of DynamoDB', dynamodb),
  invocation: of(0.2, 'USD for a million invocations of Lambda', lambda),
  gbSecond: of(13.3334, 'USD for a million GB-seconds of Lambda on arm64', lambda),
  queueRequest: of(0.4, 'USD for a million requests of SQS', 'https://aws.amazon.com/sqs/pricing/'),
  appsyncOperation: of(
    1,
    'USD for a million operations of AppSync Events: each event in, each delivery, connect and subscription, by 5 KB',
    appsync,
  ),
  appsyncMinute: of(0.08, 'USD for a million connection minutes of AppSync Events', appsync),
  iotMessage: of(1, 'USD for a million messages of IoT Core, in steps of 5 KB', iot),
  iotMessageAbove: of(0.8, 'the same above the first thousand million in a month', iot),
  iotMessageAboveFive: of(0.7, 'the same above the first five thousand million', iot),
  iotMinute: of(0.08, 'USD for a million connection minutes of IoT Core', iot),

  requests: of(
    10_000,
    'requests a second of an account in a Region, posts to connections among them',
    gatewayQuotas,
  ),
  newConnections: of(500, 'new connections a second of an account in a Region', socketQuotas),
  partitionReads: of(
    3_000,
    'read units a second of one partition of DynamoDB: an audience is in one',
    'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html',
  ),
  appsyncOutbound: of(1_000_000, 'deliveries of 5 KB a second of one AppSync Events API', appsyncQuotas),
  iotOutbound: of(20_000, 'messages a second that IoT Core sends for an account', iotQuotas),
  iotConnections: of(500_000, 'connections of an account at IoT Core at a time', iotQuotas),

  deliveryConcurrency: of(
    2,
    'functions that serve the delivery queue',
    "the stage's setting; this is its default",
  ),
  throttle: of(
    1_000,
    'requests a second that the stage takes from clients',
    "the stage's setting; this is its default",
  ),
  memoryGb: of(0.5, 'GB of memory of a function', 'lib/functions/engineFunction.ts'),
  deliveryMemoryGb: of(
    1,
    'the same of the one that serves the delivery queue',
    'lib/functions/engineFunction.ts',
  ),
  disconnectMemoryGb: of(
    0.25,
    'the same of the one that a disconnect runs',
    'lib/functions/engineFunction.ts',
  ),
  authorizeCpuMs: of(0.6, 'ms of one core to judge the token of a connect', computing),
  connectCpuMs: of(15, 'ms of one core for a connect', computing),
  disconnectCpuMs: of(13, 'ms of one core for a disconnect', computing),
  reapCpuMs: of(9, 'ms of one core for a minute of the reaper', computing),
  changeCpuMs: of(12.6, 'ms of one core for a change, without its posts', computing),
  postCpuMs: of(0.042, 'ms of one core for a post', computing),
  askCpuMs: of(11, 'ms of one core for a hello or a sync', assumed),
  waitMs: of(20, 'ms in which a function waits for DynamoDB', assumed),
  postMs: of(15, 'ms until API Gateway has answered a post', assumed),
  subscriberBytes: of(
    125,
    'bytes of the row of one who follows a topic',
    'counted, with user ids of 36 characters',
  ),
  patienceSeconds: of(10, 'seconds that a broadcast may take, for the advice', assumed),
} satisfies Record<string, Figure>;

export type FigureName = keyof typeof figures;
export type Figures = Readonly<Record<FigureName, number>>;

export const isFigure = (name: string): name is FigureName => Object.hasOwn(figures, name);

/** All of them, with those in the place of the list's that somebody knows better. */
export function figuresWith(own: Partial<Figures> = {}): Figures {
  const listed = Object.entries(figures).map(([name, { value }]) => [name, value]);
  return { ...(Object.fromEntries(listed) as Figures), ...own };
}
