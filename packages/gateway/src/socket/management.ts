import { isUtf8 } from 'node:buffer';
import type { ManagementRefusal, ReadRequest } from '../api/api.ts';
import { pathOf } from '../http/requestParts.ts';
import { isWellFormedId } from '../ids.ts';
import type { RunningStage } from '../runningStage.ts';
import { closures } from './closure.ts';
import type { Connection } from './connection.ts';
import { send } from './connection.ts';

/** A request as its head tells it. */
export type RequestHead = Omit<ReadRequest, 'body'>;

/** What comes of a request, once its body is there. */
export type Decide = (body: Buffer | 'too-large') => Answer | Promise<Answer>;

/** What a request is answered with. */
export interface Answer {
  status: number;
  /** Goes into `x-amzn-errortype`, without which the SDK names every error `Unknown`. */
  errorType?: string;
  body?: string;
}

function failure(status: number, errorType: string, message: string): Answer {
  return { status, errorType, body: JSON.stringify({ message }) };
}

// Statuses and names: the service model of apigatewaymanagementapi, 2018-11-29, in
// https://github.com/boto/botocore/tree/develop/botocore/data/apigatewaymanagementapi
export const malformed = failure(400, 'BadRequestException', 'Bad Request');
const forbidden = failure(403, 'ForbiddenException', 'Forbidden');
const unsigned = failure(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
const notText = failure(400, 'BadRequestException', 'The data is not UTF-8');
const gone = failure(410, 'GoneException', 'Gone');
const tooLarge = failure(413, 'PayloadTooLargeException', 'Message too long');
const throttled = failure(429, 'LimitExceededException', 'Too Many Requests');
const bufferFull = failure(429, 'LimitExceededException', 'The client-side buffer is full');
export const broken = failure(500, 'InternalServerException', 'Internal server error');
const accepted: Answer = { status: 200 };
export const deleted: Answer = { status: 204 };

function deliver(stage: RunningStage, id: string, body: Buffer): Answer {
  const fault = stage.faults.post?.(id);
  const connection = stage.connections.get(id);
  if (connection?.socket.readyState !== 1 || fault === 'gone') return gone;
  if (stage.unknowns.invalidUtf8Posts === 'refused' && !isUtf8(body)) return notText;
  if (fault === 'throttled') return throttled;
  const isFull = connection.wire.writableLength > stage.quotas.sendBufferBytes;
  if (isFull || fault === 'buffer-full') return bufferFull;
  stage.posts += 1;
  if (fault !== 'drop') send(stage, connection, body);
  return fault === 'error-after' ? broken : accepted;
}

function describe({ facts, lastActiveAtMs }: Connection): Answer {
  const description = {
    connectedAt: new Date(facts.connectedAtMs).toISOString(),
    identity: facts.identity,
    lastActiveAt: new Date(lastActiveAtMs).toISOString(),
  };
  return { status: 200, body: JSON.stringify(description) };
}

function decoded(text: string): string {
  // Of an id's letters the SDK encodes only this one, its last, and to decode a whole path costs five times as much.
  const mark = text.indexOf('%');
  if (mark < 0) return text;
  if (mark === text.length - 3 && text.endsWith('%3D')) return `${text.slice(0, mark)}=`;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The failure that does not depend on the body. */
function earlyFailure(stage: RunningStage, { headers }: RequestHead, id: string): Answer | undefined {
  if (stage.unknowns.managementNeedsAuthorization && !headers.authorization) return unsigned;
  if (!stage.takeRequest()) return throttled;
  if (!isWellFormedId(id)) return failure(400, 'BadRequestException', `Invalid connectionId: ${id}`);
  return;
}

function serve(stage: RunningStage, method: string, id: string, body: Buffer): Answer {
  if (method === 'POST') return deliver(stage, id, body);
  if (method !== 'GET' && method !== 'DELETE') return forbidden;
  const connection = stage.connections.get(id);
  if (!connection) return gone;
  if (method === 'GET') return describe(connection);
  connection.finish(closures.deleted);
  return deleted;
}

/** What comes of a request that was judged. */
function judged(
  stage: RunningStage,
  head: RequestHead,
  id: string,
  body: Buffer,
  refused: ManagementRefusal | undefined,
): Answer {
  // Whoever left meanwhile is not told, so nothing may come of it.
  if (head.line?.destroyed) return gone;
  if (refused) return { ...refused, body: JSON.stringify(refused.body) };
  return serve(stage, head.method, id, body);
}

function authorized(
  stage: RunningStage,
  head: RequestHead,
  id: string,
  body: Buffer,
): Answer | Promise<Answer> {
  const { method, target, headers } = head;
  const refused = stage.authorizeManagement({ method, target, headers, body, connectionId: id });
  // This is part of every post, so nothing is awaited that is known.
  if (!refused || 'status' in refused) return judged(stage, head, id, body, refused);
  return refused.then((known) => judged(stage, head, id, body, known));
}

/** Begins a request to @connections, or a plain one to the stage's own address; undefined for any other. */
export function beginRequest(stage: RunningStage, head: RequestHead): Decide | undefined {
  const { managementPrefix, stagePath } = stage.compiled;
  // The SDK encodes only the `=` of an id; other clients may encode the `@` as well.
  const path = decoded(pathOf(head.target));
  if (path.startsWith(managementPrefix)) {
    const id = path.slice(managementPrefix.length);
    const early = earlyFailure(stage, head, id);
    return (body) => early ?? (body === 'too-large' ? tooLarge : authorized(stage, head, id, body));
  }
  if (/(^|\/)@connections(\/|$)/.test(path)) return () => forbidden;
  if (path !== stagePath && path !== `${stagePath}/`) return;
  return () => failure(stage.unknowns.plainGetStatus, 'UpgradeRequiredException', 'Upgrade Required');
}

/** The most bytes of a post. */
export const postBytes = ({ quotas, unknowns }: RunningStage): number =>
  unknowns.largePosts === 'refused' ? quotas.frameBytes : quotas.messageBytes;
