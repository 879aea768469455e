import { Readable } from 'node:stream';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  ProvisionedThroughputExceededException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { rowProtocol } from './protocol.ts';

interface Request {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query: object;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

type Answer = readonly [status: number, body: unknown, headers?: Readonly<Record<string, string>>];
/** Any of the document client's. */
type Command = unknown;

// Retries wait for a random part of a time: for none of it.
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0));
afterEach(() => vi.restoreAllMocks());

const ours = { protocol: rowProtocol, protocolSettings: {} };

/** Sends a command by a client, and says what was sent and what came of it. */
async function sent(command: Command, own: object, answers: readonly Answer[], endpoint?: string) {
  const requests: Request[] = [];
  const handle = async (request: Request) => {
    const [statusCode, body, headers = {}] = answers[Math.min(requests.length, answers.length - 1)] ?? [
      200,
      {},
    ];
    requests.push(request);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return { response: { statusCode, headers, body: Readable.from(text === '' ? [] : [Buffer.from(text)]) } };
  };
  const client = new DynamoDBClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: { handle },
    ...{ maxAttempts: 3, ...(endpoint !== undefined && { endpoint }), ...own },
  });
  const outcome = await DynamoDBDocumentClient.from(client)
    .send(command as GetCommand)
    .then(
      (output) => ({ output }),
      (error: unknown) => ({ error }),
    );
  return { requests, outcome };
}

/** What of a request is the same each time. */
function comparable({ method, protocol, hostname, port, path, query, headers, body }: Request) {
  const once = /^(authorization|x-amz-date|amz-sdk-invocation-id|x-amz-content-sha256)$/;
  const same = Object.entries(headers).filter(([name]) => !once.test(name));
  const names = new Set(Object.keys(headers));
  const input: unknown = JSON.parse(Buffer.concat([body]).toString());
  return { method, protocol, hostname, port, path, query, names, headers: Object.fromEntries(same), input };
}

const TableName = 'tidings';
const Key = { pk: 'a', sk: 'é€😀\u0000"\\\u2028' };
const row = {
  ...Key,
  ...{ int: 9_007_199_254_740_991, fraction: -0.1, tiny: 5e-324, zero: 0 },
  ...{
    yes: true,
    no: false,
    none: null,
    empty: '',
    list: [1, 'a', [null], { b: [] }],
    map: { '': { c: {} } },
  },
};
const ConditionExpression = '#a <> :a';
const names = { ExpressionAttributeNames: { '#a': 'a' }, ExpressionAttributeValues: { ':a': [row] } };
const update = { TableName, Key, UpdateExpression: 'SET #a = :a', ConditionExpression, ...names };

const commands: readonly (readonly [string, Command])[] = [
  ['get', new GetCommand({ TableName, Key, ConsistentRead: true })],
  ['put', new PutCommand({ TableName, Item: row, ConditionExpression, ...names, ReturnValues: 'ALL_OLD' })],
  ['update', new UpdateCommand({ ...update, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })],
  ['delete', new DeleteCommand({ TableName, Key })],
  [
    'query',
    new QueryCommand({
      TableName,
      KeyConditionExpression: '#a = :a',
      ...names,
      Limit: 5,
      ExclusiveStartKey: Key,
    }),
  ],
  [
    'several reads',
    new TransactGetCommand({ TransactItems: [{ Get: { TableName, Key } }, { Get: { TableName, Key } }] }),
  ],
  [
    'several writes',
    new TransactWriteCommand({
      ClientRequestToken: 'token',
      TransactItems: [
        { Put: { TableName, Item: row } },
        { Update: update },
        { Delete: { TableName, Key } },
        { ConditionCheck: { TableName, Key, ConditionExpression, ...names } },
      ],
    }),
  ],
];

test.each(commands)('a request for %s is the one that the SDK’s own protocol writes', async (_, command) => {
  for (const endpoint of [undefined, 'http://127.0.0.1:8000', 'https://proxy.example.com/dynamo']) {
    const own = await sent(command, ours, [[200, {}]], endpoint);
    const theirs = await sent(command, {}, [[200, {}]], endpoint);
    expect(own.requests.map(comparable)).toEqual(theirs.requests.map(comparable));
    expect(own.requests).toHaveLength(1);
  }
});

const stored = {
  ...{ pk: { S: 'a' }, sk: { S: 'é€😀\u2028' }, int: { N: '9007199254740991' }, fraction: { N: '-0.1' } },
  ...{
    yes: { BOOL: true },
    none: { NULL: true },
    list: { L: [{ N: '1' }, { M: { '': { S: '' } } }, { L: [] }] },
  },
};
const requestId = { 'x-amzn-requestid': 'R1' };
const type = (name: string) => ({ __type: `com.amazonaws.dynamodb.v20120810#${name}` });

const answers: readonly (readonly [string, readonly Answer[]])[] = [
  ['a row', [[200, { Item: stored }, requestId]]],
  ['no row', [[200, {}]]],
  ['nothing', [[200, '']]],
  ['several rows', [[200, { Responses: [{ Item: stored }, {}] }]]],
  ['a page', [[200, { Items: [stored, stored], Count: 2, LastEvaluatedKey: { pk: { S: 'a' } } }]]],
  ['a row as it was', [[200, { Attributes: stored, ConsumedCapacity: { TableName, CapacityUnits: 1.5 } }]]],
  [
    'a failed condition',
    [[400, { ...type('ConditionalCheckFailedException'), message: 'no', Item: stored }, requestId]],
  ],
  [
    'a cancelled transaction',
    [
      [
        400,
        {
          ...type('TransactionCanceledException'),
          Message: 'cancelled',
          CancellationReasons: [
            { Code: 'None' },
            { Code: 'ConditionalCheckFailed', Item: stored, Message: 'no' },
          ],
        },
      ],
    ],
  ],
  ...[
    'ProvisionedThroughputExceededException',
    'ThrottlingException',
    'RequestLimitExceeded',
    'TransactionConflictException',
    'TransactionInProgressException',
    'IdempotentParameterMismatchException',
    'ReplicatedWriteConflictException',
    'ResourceNotFoundException',
    'ValidationException',
    'AccessDeniedException',
    'OneThatIsNewException',
  ].map((name) => [name, [[400, { ...type(name), message: `of ${name}` }, requestId]]] as const),
  ['a server error', [[500, { ...type('InternalServerError'), message: 'oops' }]]],
  ['a server that is away', [[503, '<html>', requestId]]],
  ['a refusal without a type', [[400, {}]]],
  ['a refusal without a body', [[403, '']]],
  ['a type in a header', [[400, { message: 'm' }, { 'x-amzn-errortype': 'ThrottlingException:http://a#b' }]]],
  ['a type with an address', [[400, { __type: 'ValidationException:http://a/b', message: 'm' }]]],
  ['an answer that is no JSON', [[200, '{"Item":']]],
  [
    'success after a failure',
    [
      [500, { ...type('InternalServerError') }],
      [200, { Item: stored }],
    ],
  ],
];

const kinds = [
  ConditionalCheckFailedException,
  ProvisionedThroughputExceededException,
  TransactionCanceledException,
  TransactionConflictException,
];

describe('an answer is read as by the SDK’s own protocol, and tried again as often', () => {
  test.each(answers)('%s', async (_, given) => {
    const command = commandFor(given[0]?.[1]);
    const [own, theirs] = await Promise.all([sent(command, ours, given), sent(command, {}, given)]);
    expect(own.requests).toHaveLength(theirs.requests.length);
    const [one, other] = [own.outcome, theirs.outcome] as { output?: unknown; error?: Error }[];
    expect(one?.output).toEqual(other?.output);
    for (const kind of kinds) expect(one?.error instanceof kind).toBe(other?.error instanceof kind);
    expect(seenOf(one?.error)).toEqual(seenOf(other?.error));
  });
});

/** Of those that are answered so: the SDK's own protocol leaves out what an answer should not have. */
function commandFor(answer: unknown): Command {
  const has = (field: string) => Object.keys(answer ?? {}).includes(field);
  if (has('Items')) return new QueryCommand({ TableName });
  if (has('Responses')) return new TransactGetCommand({ TransactItems: [] });
  return has('Attributes') ? new DeleteCommand({ TableName, Key }) : new GetCommand({ TableName, Key });
}

/** What an error tells. */
const seenOf = (error: Error | undefined) =>
  error && { ...error, name: error.name, message: error.message.split('\n')[0] };
