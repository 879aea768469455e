import {
  Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as openRequest,
  type ServerResponse,
} from 'node:http';
import { crc32 } from 'node:zlib';
import { keptConnections } from '../../adapters/requests.ts';
import type { FaultBox } from '../faults.ts';
import { parseObject, readBody } from '../http/httpJson.ts';
import { openLoopbackServer } from '../http/loopbackServer.ts';
import type { Callers } from '../rights/callers.ts';
import { developer } from '../rights/credentials.ts';
import { dynamodbRefusals, type ServiceAnswer, written } from '../rights/refusals.ts';
import type { TableDescription } from '../template/readStack.ts';
import { actionsOf, needsOf, tableArn } from './needsOf.ts';
import { puts, rowsPut, type TableStream } from './tableStream.ts';

export interface DatabaseServer {
  /** The endpoint that functions are given. */
  readonly endpoint: string;
  /** Operations by kind since start, also those that a fault refused. */
  operations(): Record<string, number>;
  close(): Promise<void>;
}

export interface DatabaseServerOptions {
  /** Where the engine answers. */
  readonly engine: string;
  readonly faults: FaultBox;
  /** Gets the rows that are put. */
  readonly stream?: TableStream | undefined;
  /** Who may do what with the table. @default everybody may do all */
  readonly rights?: { readonly callers: Callers; readonly table: TableDescription };
}

/**
 * Stands between the functions and the engine: judges what is asked for by the rights of who asks, counts operations
 * by kind, and fails transactions on request. No engine for a laptop knows policies or reports transaction conflicts
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.UsageNotes.html).
 */
export async function openDatabaseServer({
  engine: engineEndpoint,
  faults,
  stream,
  rights,
}: DatabaseServerOptions): Promise<DatabaseServer> {
  const counts = new Map<string, number>();
  const agent = new Agent({ ...keptConnections(), maxSockets: 256 });
  const engine = new URL(engineEndpoint);

  function pass(
    { request, body }: Incoming,
    response: ServerResponse,
    reply: 'sent' | 'cut',
    onDone: () => void,
  ) {
    const upstream = openRequest(
      {
        agent,
        host: engine.hostname,
        port: engine.port,
        path: request.url,
        method: request.method,
        headers: asDeveloper(endToEnd(request.headers)),
      },
      (answer) => {
        if (answer.statusCode === 200) onDone();
        if (reply === 'cut') {
          answer.resume().on('end', () => response.destroy());
          return;
        }
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        // A caller that gave up reads nothing, and an unread answer keeps its connection to the engine for
        // ever. After `pipe`, whose own listener stops the answer.
        response.on('close', () => answer.resume());
      },
    );
    upstream.on('error', () => response.destroy());
    request.on('close', () => request.complete || upstream.destroy());
    if (body) upstream.end(body);
    else request.pipe(upstream);
  }

  const server = await openLoopbackServer({
    async request(request, response) {
      const operation = String(request.headers['x-amz-target'] ?? '').replace(/^.*\./, '');
      counts.set(operation, (counts.get(operation) ?? 0) + 1);
      const judged = rights ? await judge(rights, operation, request) : { request };
      if ('status' in judged) return refuse(request, response, judged);
      const fault = operation === 'TransactWriteItems' ? faults.next('commit') : undefined;
      if (fault?.outcome === 'conflict') return refuseAsConflict(judged, response);
      if (fault?.outcome === 'throttled') return refuse(request, response, throttled);
      const reply = fault?.outcome === 'unknown' ? 'cut' : 'sent';
      pass(judged, response, reply, streaming(stream, operation, judged));
    },
  });

  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    operations: () => Object.fromEntries(counts),
    async close() {
      const closed = server.close();
      agent.destroy();
      await closed;
    },
  };
}

/** A request, with its body where that was read. */
interface Incoming {
  readonly request: IncomingMessage;
  readonly body?: Buffer;
}

/** Looks into a request only where it decides: most callers may do all that an operation could need. */
async function judge(
  { callers, table }: Required<DatabaseServerOptions>['rights'],
  operation: string,
  request: IncomingMessage,
): Promise<Incoming | ServiceAnswer> {
  const caller = callers.of(request.headers);
  if (!caller) return request.headers.authorization ? dynamodbRefusals.unknownKey : dynamodbRefusals.unsigned;
  if (caller.mayAlways(actionsOf(operation), tableArn(table.name))) return { request };
  const body = await readBody(request);
  const denied = caller.denied(needsOf(operation, parseObject(body), table));
  return denied ? dynamodbRefusals.accessDenied(denied) : { request, body };
}

/** Amazon's own local engine keeps a database for each key, and the table is made with this one. */
function asDeveloper(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const authorization = headers.authorization?.replace(
    /Credential=[^/]*\//,
    `Credential=${developer.accessKeyId}/`,
  );
  return authorization === undefined ? headers : { ...headers, authorization };
}

/** Keeps what a request puts, to be called once it is in the table. */
function streaming(
  stream: TableStream | undefined,
  operation: string,
  { request, body }: Incoming,
): () => void {
  if (!stream || !puts(operation)) return () => {};
  const chunks: Buffer[] = body ? [body] : [];
  if (!body) request.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => {
    const { images, token } = rowsPut(operation, Buffer.concat(chunks).toString('utf8'));
    stream.add(images, token);
  };
}

// https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
const ofOneLine = ['keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

/**
 * Headers without those that only concern the connection to this server. Node refuses to send some of them.
 */
function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  const dropped = new Set(['connection', ...ofOneLine, ...named]);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped.has(name)));
}

const exceptions = 'com.amazonaws.dynamodb.v20120810#';

const refusal = (body: ServiceAnswer['body']): ServiceAnswer => ({
  status: 400,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body,
});

const throttled = refusal({
  __type: `${exceptions}ThrottlingException`,
  message: 'Throughput exceeds the current capacity of your table or index (local fault).',
});

/** The reasons stand in the order of the actions, and the conflict is on the first of them. */
async function refuseAsConflict({ request, body }: Incoming, response: ServerResponse): Promise<void> {
  const { TransactItems } = JSON.parse((body ?? (await readBody(request))).toString('utf8')) as {
    TransactItems: unknown[];
  };
  const reasons = TransactItems.map((_action, i) =>
    i === 0
      ? { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' }
      : { Code: 'None' },
  );
  const codes = reasons.map(({ Code }) => Code).join(', ');
  const conflict = {
    __type: `${exceptions}TransactionCanceledException`,
    // The SDKs read this member with a capital letter.
    Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    CancellationReasons: reasons,
  };
  refuse(request, response, refusal(conflict));
}

function refuse(request: IncomingMessage, response: ServerResponse, refused: ServiceAnswer): void {
  request.resume();
  const { text, headers } = written(refused);
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
  response.writeHead(refused.status, { ...headers, 'x-amz-crc32': String(crc32(text)) });
  response.end(text);
}
