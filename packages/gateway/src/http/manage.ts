import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ManagementAnswer, ReadRequest } from '../api/api.ts';
import { hasSoundHost, isHost } from '../handshake/hostHeader.ts';
import { newId } from '../ids.ts';
import type { RunningStage } from '../runningStage.ts';
import { type Answer, beginRequest, broken, deleted, malformed, postBytes } from '../socket/management.ts';
import { atTurnEnd } from '../socket/turnEnd.ts';
import { readBody } from './readBody.ts';
import { targetOf } from './requestParts.ts';

/** An answer as HTTP has it. */
function written({ status, errorType, body }: Answer): ManagementAnswer {
  const headers: Record<string, string | number> = { 'x-amzn-requestid': newId() };
  if (status !== deleted.status) headers['content-length'] = body === undefined ? 0 : Buffer.byteLength(body);
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (errorType !== undefined) headers['x-amzn-errortype'] = errorType;
  // https://www.rfc-editor.org/rfc/rfc9110#section-15.5.22
  if (status === 426) Object.assign(headers, { connection: 'upgrade', upgrade: 'websocket' });
  return { status, headers, body };
}

const notMine = Promise.resolve(false);

/** Serves a request to @connections, or a plain one to the stage's own address; false for any other. */
export function manage(
  stage: RunningStage,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const { method = '', headers, socket } = request;
  const decide = beginRequest(stage, {
    ...{ method, headers, target: targetOf(request) },
    hasLeft: () => socket.destroyed,
  });
  if (!decide) return notMine;
  return new Promise((resolve, reject) => {
    // With the frames of this turn, and not before the one that it may be the answer to.
    const respond = (answer: Answer) =>
      atTurnEnd(() => {
        try {
          const { status, headers: own, body } = written(answer);
          response.writeHead(status, own);
          response.end(body);
          resolve(true);
        } catch (error) {
          reject(error);
        }
      });
    // Answered once the body is read, which a kept-alive connection needs even where it is refused.
    readBody(request, postBytes(stage), (body) => {
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

/** As `manage`, where something else has read the request and writes the answer. */
export function manageRead(
  stage: RunningStage,
  request: ReadRequest,
  respond: (answer: ManagementAnswer) => void,
): boolean {
  const { method, target, headers, body } = request;
  const decide = beginRequest(stage, {
    ...{ method, target, headers },
    hasLeft: () => request.hasLeft?.() ?? false,
  });
  if (!decide) return false;
  const failed = (cause: unknown): Answer => {
    stage.onError('a request to @connections', cause);
    return broken;
  };
  const later = (answer: Answer) =>
    atTurnEnd(() => {
      try {
        respond(written(answer));
      } catch (cause) {
        stage.onError('an answer of @connections', cause);
      }
    });
  try {
    const { host } = headers;
    const isSound = typeof host === 'string' && isHost(host);
    const answer = isSound ? decide(body.length > postBytes(stage) ? 'too-large' : body) : malformed;
    if (answer instanceof Promise) answer.catch(failed).then(later);
    else later(answer);
  } catch (cause) {
    later(failed(cause));
  }
  return true;
}
