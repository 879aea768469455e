import {
  Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as openRequest,
  type ServerResponse,
} from 'node:http';
import { keptConnections } from '../../adapters/requests.ts';
import type { FaultBox } from '../faults.ts';
import { readBody } from '../http/httpJson.ts';
import { openLoopbackServer } from '../http/loopbackServer.ts';
import { puts, rowsPut, type TableStream } from './tableStream.ts';

export interface DatabaseServer {
  /** The endpoint that functions are given. */
  readonly endpoint: string;
  /** Operations by kind since start, also those that a fault refused. */
  operations(): Record<string, number>;
  close(): Promise<void>;
}

/**
 * Stands between the functions and the engine: counts operations by kind, and fails transactions on request.
 * No engine for a laptop reports transaction conflicts
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.UsageNotes.html).
 *
 * @param stream gets the rows that are put.
 */
export async function openDatabaseServer(
  engineEndpoint: string,
  faults: FaultBox,
  stream?: TableStream,
): Promise<DatabaseServer> {
  const counts = new Map<string, number>();
  const agent = new Agent({ ...keptConnections(), maxSockets: 256 });
  const engine = new URL(engineEndpoint);

  function pass(
    request: IncomingMessage,
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
        headers: endToEnd(request.headers),
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
    request.pipe(upstream);
  }

  const server = await openLoopbackServer({
    request(request, response) {
      const operation = String(request.headers['x-amz-target'] ?? '').replace(/^.*\./, '');
      counts.set(operation, (counts.get(operation) ?? 0) + 1);
      const fault = operation === 'TransactWriteItems' ? faults.next('commit') : undefined;
      if (fault?.outcome === 'conflict') return refuseAsConflict(request, response);
      else if (fault?.outcome === 'throttled') refuse(request, response, throttled);
      else
        pass(
          request,
          response,
          fault?.outcome === 'unknown' ? 'cut' : 'sent',
          streaming(stream, operation, request),
        );
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

/** Keeps what a request puts, to be called once it is in the table. */
function streaming(stream: TableStream | undefined, operation: string, request: IncomingMessage): () => void {
  if (!stream || !puts(operation)) return () => {};
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
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

const throttled = {
  __type: `${exceptions}ThrottlingException`,
  message: 'Throughput exceeds the current capacity of your table or index (local fault).',
};

/** The reasons stand in the order of the actions, and the conflict is on the first of them. */
async function refuseAsConflict(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { TransactItems } = JSON.parse((await readBody(request)).toString('utf8')) as {
    TransactItems: unknown[];
  };
  const reasons = TransactItems.map((_action, i) =>
    i === 0
      ? { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' }
      : { Code: 'None' },
  );
  refuse(request, response, {
    __type: `${exceptions}TransactionCanceledException`,
    // The SDKs read this member with a capital letter.
    Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(', ')}]`,
    CancellationReasons: reasons,
  });
}

function refuse(request: IncomingMessage, response: ServerResponse, body: unknown): void {
  request.resume();
  response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify(body));
}
