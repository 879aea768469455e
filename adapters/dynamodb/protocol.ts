import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

type Protocol = Extract<
  NonNullable<DynamoDBClientConfig['protocol']>,
  { readonly serializeRequest: unknown }
>;

interface Address {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: object;
}

interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

type Data = Readonly<Record<string, unknown>>;

/**
 * How requests for rows and their answers are written, AWS's JSON 1.0, in the place of the SDK's own protocol. That
 * walks through all that is sent and answered by the schemas of the service, with 50 KB of code that a start has to
 * load (docs/decisions/0038-what-a-function-has-of-the-sdk.md). For rows JSON is what the client is given and gives,
 * but for bytes, which no row of ours has.
 *
 * The SDK does the rest as before: it finds the address, signs, sends, tries again and learns the time from answers.
 */
export const rowProtocol = {
  setSerdeContext() {},

  async serializeRequest(
    { name }: { readonly name: string },
    input: object,
    { endpoint }: { readonly endpoint: () => Promise<Address> },
  ) {
    const { protocol, hostname, port, path, query = {} } = await endpoint();
    return {
      ...{ protocol, hostname, port, query },
      method: 'POST',
      path: path.endsWith('/') ? path : `${path}/`,
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${name}`,
      },
      body: Buffer.from(JSON.stringify(input)),
    };
  },

  async deserializeResponse(
    _: unknown,
    { streamCollector }: { readonly streamCollector: (body: unknown) => Promise<Uint8Array> },
    answer: Answer,
  ) {
    const bytes = await streamCollector(answer.body);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
    const data: Data = text === '' ? {} : JSON.parse(text);
    if (answer.statusCode >= 300) throw refusal(data, answer);
    return { ...data, $metadata: metadataOf(answer) };
  },
} as object as Protocol;

function metadataOf({ statusCode, headers }: Answer) {
  const requestId = headers['x-amzn-requestid'];
  return { httpStatusCode: statusCode, ...(requestId !== undefined && { requestId }) };
}

/**
 * With all that the answer says of it: a condition that failed comes with its row. The SDK's classes of errors take an
 * error that was made by none of them for theirs by its name, where names are not minified.
 */
function refusal({ Message, ...data }: Data, answer: Answer): Error {
  const code = String(data.__type ?? data.code ?? answer.headers['x-amzn-errortype'] ?? 'Unknown');
  // `com.amazonaws.dynamodb.v20120810#ThrottlingException`; in a header an address may follow, after a colon.
  const [, name = ''] = /^(?:[^#,:]*#)?([^#,:]*)/.exec(code) ?? [];
  const message = String(data.message ?? Message ?? 'UnknownError');
  const $fault = answer.statusCode < 500 ? 'client' : 'server';
  // The one error that is worth another try by the SDK's schemas, besides those that it knows by name or status.
  const isRetryable = name === 'ReplicatedWriteConflictException';
  return Object.assign(
    new Error(message),
    { ...data, name, message, $fault, $metadata: metadataOf(answer) },
    isRetryable && { $retryable: {} },
  );
}
