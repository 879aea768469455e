import {
  Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as openRequest,
  type ServerResponse,
} from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { keptConnections } from '../../adapters/requests.ts';
import type { FaultBox } from '../faults.ts';
import { parseObject, readBody } from '../http/httpJson.ts';
import { openLoopbackServer } from '../http/loopbackServer.ts';
import type { UnitCounter } from '../metrics/unitCounter.ts';
import type { Callers } from '../rights/callers.ts';
import { developer } from '../rights/credentials.ts';
import { dynamodbRefusals, type ServiceAnswer, written } from '../rights/refusals.ts';
import type { TableDescription } from '../template/readStack.ts';
import { itemsOf } from './itemsOf.ts';
import { actionsOf, needsOf, tableArn } from './needsOf.ts';
import { type PartitionThrottle, partitionThrottle } from './partitionThrottle.ts';
import { cancelledByConflict, inProgress, throttled, throttledByFault, writeConflict } from './refused.ts';
import { puts, rowsPut, type TableStream } from './tableStream.ts';
import { type Part, requestsUnderWay } from './underWay.ts';
import { type Charge, chargesOf, furtherChargesOf } from './unitsOf.ts';

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
  readonly table: Pick<TableDescription, 'name' | 'keys'>;
  /** The stack's time, where each partition takes only so many units a second of it. @default it takes all */
  readonly throttledBy?: (() => number) | undefined;
  /** Gets the rows that are put. */
  readonly stream?: TableStream | undefined;
  /** Who may do what with the table. @default everybody may do all */
  readonly callers?: Callers;
  /** Counts the units that requests take, while somebody wants to know. @default nobody counts */
  readonly units?: UnitCounter | undefined;
}

/**
 * Stands between the functions and the engine: judges what is asked for by the rights of who asks, refuses what meets
 * a transaction that is under way, counts operations by kind, and fails transactions on request. No engine for a
 * laptop knows policies or reports transaction conflicts
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.UsageNotes.html).
 */
export async function openDatabaseServer({
  engine: engineEndpoint,
  faults,
  table,
  throttledBy,
  stream,
  callers,
  units,
}: DatabaseServerOptions): Promise<DatabaseServer> {
  const counts = new Map<string, number>();
  const underWay = requestsUnderWay();
  const throttle = throttledBy && partitionThrottle(throttledBy);
  const agent = new Agent({ ...keptConnections(), maxSockets: 256 });
  const engine = new URL(engineEndpoint);

  function pass(
    { request, body }: Incoming,
    response: ServerResponse,
    reply: 'sent' | 'cut',
    { onDone, onOver, onAnswer }: Passing,
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
        if (onAnswer && answer.statusCode === 200) gathered(answer, onAnswer);
        answer.pipe(response);
        // A caller that gave up reads nothing, and an unread answer keeps its connection to the engine for
        // ever. After `pipe`, whose own listener stops the answer.
        response.on('close', () => answer.resume());
      },
    );
    upstream.on('error', () => response.destroy());
    // Also where its caller has left: then the engine goes on.
    upstream.on('close', onOver);
    request.on('close', () => request.complete || upstream.destroy());
    if (body) upstream.end(body);
    else request.pipe(upstream);
  }

  /** Refuses what another is in the way of, and is then in the way of others until it is over. */
  async function takePart(operation: string, incoming: Incoming, isFault: boolean) {
    const part = partOf[operation];
    if (!part) return { incoming, onOver: () => {} };
    const body = incoming.body ?? (await readBody(incoming.request));
    const input = parseObject(body);
    const items = itemsOf(input, table);
    const token = typeof input.ClientRequestToken === 'string' ? input.ClientRequestToken : undefined;
    if (token !== undefined && underWay.repeats(token)) return inProgress;
    let met = isFault ? items.map((_item, at) => at === 0) : underWay.met(part, items);
    if (met.includes(true) && !isFault) {
      // The engine may have answered, and this loop not have got to it: a busy laptop is no conflict.
      await nextTurn();
      met = underWay.met(part, items);
    }
    if (met.includes(true)) return part === 'write' ? writeConflict : cancelledByConflict(met);
    return { incoming: { ...incoming, body }, onOver: underWay.begin(part, items, token) };
  }

  const server = await openLoopbackServer({
    async request(request, response) {
      const operation = String(request.headers['x-amz-target'] ?? '').replace(/^.*\./, '');
      counts.set(operation, (counts.get(operation) ?? 0) + 1);
      const judged = callers ? await judge(callers, table, operation, request) : { request };
      if ('status' in judged) return refuse(request, response, judged);
      const fault = operation === 'TransactWriteItems' ? faults.next('commit') : undefined;
      if (fault?.outcome === 'throttled') return refuse(request, response, throttledByFault);
      const isWeighed = throttle !== undefined || units?.isOn === true;
      const weighed = isWeighed ? await weigh({ throttle, units, table }, operation, judged) : judged;
      if ('status' in weighed) return refuse(request, response, weighed);
      const asked = await takePart(operation, weighed, fault?.outcome === 'conflict');
      if ('status' in asked) return refuse(request, response, asked);
      const { incoming, onOver } = asked;
      const reply = fault?.outcome === 'unknown' ? 'cut' : 'sent';
      pass(incoming, response, reply, {
        onDone: streaming(stream, operation, incoming),
        onOver,
        onAnswer: weighed.onAnswer,
      });
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

const partOf: Readonly<Record<string, Part>> = {
  TransactWriteItems: 'transaction',
  TransactGetItems: 'read',
  PutItem: 'write',
  UpdateItem: 'write',
  DeleteItem: 'write',
};

/** A request, with its body where that was read. */
interface Incoming {
  readonly request: IncomingMessage;
  readonly body?: Buffer;
  /** Wants to know what the engine answered. */
  readonly onAnswer?: ((answer: Buffer) => void) | undefined;
}

/** Who is told how a request went on. */
interface Passing extends Pick<Incoming, 'onAnswer'> {
  /** It is done. */
  readonly onDone: () => void;
  /** It is under way no longer, however it ended. */
  readonly onOver: () => void;
}

/** Who takes note of what requests need. */
interface Weighing extends Pick<DatabaseServerOptions, 'table' | 'units'> {
  readonly throttle: PartitionThrottle | undefined;
}

/** Takes what a request needs of its partitions, and refuses it where one has nothing left. */
async function weigh(
  { throttle, units, table }: Weighing,
  operation: string,
  incoming: Incoming,
): Promise<Incoming | ServiceAnswer> {
  const body = incoming.body ?? (await readBody(incoming.request));
  const input = parseObject(body);
  const charges = chargesOf(operation, input, table);
  const over = throttle?.over(charges) ?? [];
  if (over.includes(true)) return throttled(operation, over);
  const take = (of: readonly Charge[]) => {
    throttle?.take(of);
    units?.take(of);
  };
  take(charges);
  const onAnswer = (answer: Buffer) => take(furtherChargesOf(operation, input, parseObject(answer), table));
  return { ...incoming, body, onAnswer };
}

function gathered(answer: IncomingMessage, onWhole: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  answer.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => onWhole(Buffer.concat(chunks)));
}

/** Looks into a request only where it decides: most callers may do all that an operation could need. */
async function judge(
  callers: Callers,
  table: DatabaseServerOptions['table'],
  operation: string,
  request: IncomingMessage,
): Promise<Incoming | ServiceAnswer> {
  const caller = await callers.of(request.headers);
  // Who gave up while its environment was frozen asks for nothing any more.
  if (request.socket.destroyed) return dynamodbRefusals.unknownKey;
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

function refuse(request: IncomingMessage, response: ServerResponse, refused: ServiceAnswer): void {
  request.resume();
  const { text, headers } = written(refused);
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
  response.writeHead(refused.status, { ...headers, 'x-amz-crc32': String(crc32(text)) });
  response.end(text);
}
