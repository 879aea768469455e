import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ManagementRefusal } from '../api/api.ts';
import { hasSoundHost } from '../handshake/hostHeader.ts';
import { readBody } from '../http/readBody.ts';
import { pathOf, targetOf } from '../http/requestParts.ts';
import { isWellFormedId, newId } from '../ids.ts';
import type { RunningStage } from '../runningStage.ts';
import { closures } from './closure.ts';
import type { Connection } from './connection.ts';
import { send } from './connection.ts';
import { atTurnEnd } from './turnEnd.ts';

/** An answer, ready to be written. */
interface Answer {
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
const malformed = failure(400, 'BadRequestException', 'Bad Request');
const forbidden = failure(403, 'ForbiddenException', 'Forbidden');
const unsigned = failure(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
const notText = failure(400, 'BadRequestException', 'The data is not UTF-8');
const gone = failure(410, 'GoneException', 'Gone');
const tooLarge = failure(413, 'PayloadTooLargeException', 'Message too long');
const throttled = failure(429, 'LimitExceededException', 'Too Many Requests');
const bufferFull = failure(429, 'LimitExceededException', 'The client-side buffer is full');
const broken = failure(500, 'InternalServerException', 'Internal server error');
const accepted: Answer = { status: 200 };
const deleted: Answer = { status: 204 };

function write(response: ServerResponse, { status, errorType, body }: Answer): void {
  const headers: Record<string, string | number> = { 'x-amzn-requestid': newId() };
  if (status !== deleted.status) headers['content-length'] = body === undefined ? 0 : Buffer.byteLength(body);
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (errorType !== undefined) headers['x-amzn-errortype'] = errorType;
  // https://www.rfc-editor.org/rfc/rfc9110#section-15.5.22
  if (status === 426) Object.assign(headers, { connection: 'upgrade', upgrade: 'websocket' });
  response.writeHead(status, headers);
  response.end(body);
}

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
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The failure that does not depend on the body. */
function earlyFailure(stage: RunningStage, request: IncomingMessage, id: string): Answer | undefined {
  if (stage.unknowns.managementNeedsAuthorization && !request.headers.authorization) return unsigned;
  if (!stage.takeRequest()) return throttled;
  if (!isWellFormedId(id)) return failure(400, 'BadRequestException', `Invalid connectionId: ${id}`);
  return;
}

function serve(stage: RunningStage, method: string | undefined, id: string, body: Buffer): Answer {
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
  request: IncomingMessage,
  id: string,
  body: Buffer,
  refused: ManagementRefusal | undefined,
): Answer {
  // Whoever left meanwhile is not told, so nothing may come of it.
  if (request.socket.destroyed) return gone;
  if (refused) return { ...refused, body: JSON.stringify(refused.body) };
  return serve(stage, request.method, id, body);
}

function authorized(
  stage: RunningStage,
  request: IncomingMessage,
  id: string,
  body: Buffer,
): Answer | Promise<Answer> {
  const { method = '', headers } = request;
  const target = targetOf(request);
  const refused = stage.authorizeManagement({ method, target, headers, body, connectionId: id });
  if (!refused || 'status' in refused) return judged(stage, request, id, body, refused);
  return refused.then((known) => judged(stage, request, id, body, known));
}

/** Answers once the body is read, which a kept-alive connection needs even where it is refused. */
function answer(
  stage: RunningStage,
  request: IncomingMessage,
  response: ServerResponse,
  decide: (body: Buffer | 'too-large') => Answer | Promise<Answer>,
): Promise<boolean> {
  const { messageBytes, frameBytes } = stage.quotas;
  const limit = stage.unknowns.largePosts === 'refused' ? frameBytes : messageBytes;
  return new Promise((resolve, reject) => {
    // With the frames of this turn, and not before the one that it may be the answer to.
    const respond = (answer: Answer) =>
      atTurnEnd(() => {
        try {
          write(response, answer);
          resolve(true);
        } catch (error) {
          reject(error);
        }
      });
    // This is part of every post, so nothing is awaited that is there.
    readBody(request, limit, (body) => {
      if (body === 'aborted') return resolve(true);
      try {
        const answer = hasSoundHost(request) ? decide(body) : malformed;
        if (answer instanceof Promise) answer.then(respond, reject);
        else respond(answer);
      } catch (error) {
        reject(error);
      }
    });
  });
}

function toConnection(stage: RunningStage, request: IncomingMessage, response: ServerResponse, id: string) {
  const early = earlyFailure(stage, request, id);
  return answer(stage, request, response, (body) => {
    if (early) return early;
    return body === 'too-large' ? tooLarge : authorized(stage, request, id, body);
  });
}

const notMine = Promise.resolve(false);

/** Serves a request to @connections, or a plain one to the stage's own address; false for any other. */
export function manage(
  stage: RunningStage,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const { managementPrefix, stagePath } = stage.compiled;
  // The SDK encodes only the `=` of an id; other clients may encode the `@` as well.
  const path = decoded(pathOf(targetOf(request)));
  if (path.startsWith(managementPrefix)) {
    return toConnection(stage, request, response, path.slice(managementPrefix.length));
  }
  if (/(^|\/)@connections(\/|$)/.test(path)) return answer(stage, request, response, () => forbidden);
  if (path !== stagePath && path !== `${stagePath}/`) return notMine;
  const upgradeRequired = failure(
    stage.unknowns.plainGetStatus,
    'UpgradeRequiredException',
    'Upgrade Required',
  );
  return answer(stage, request, response, () => upgradeRequired);
}
