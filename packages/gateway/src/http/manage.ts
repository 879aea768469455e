import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ManagementAnswer, ReadRequest } from '../api/api.ts';
import { hasSoundHost, isHost } from '../handshake/hostHeader.ts';
import { newId } from '../ids.ts';
import type { RunningStage } from '../runningStage.ts';
import {
  type Answer,
  beginRequest,
  broken,
  type Decide,
  deleted,
  malformed,
  postBytes,
} from '../socket/management.ts';
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
  const decide = beginRequest(stage, { method, headers, target: targetOf(request), line: socket });
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
  const decide = beginRequest(stage, request);
  if (!decide) return false;
  // This is part of every post, so nothing is made for what is rare.
  let answer: Answer | Promise<Answer>;
  try {
    answer = decideRead(stage, request, decide);
  } catch (cause) {
    answer = failed(stage, cause);
  }
  if (answer instanceof Promise) {
    void answer.catch((cause) => failed(stage, cause)).then((known) => respondLater(stage, known, respond));
  } else respondLater(stage, answer, respond);
  return true;
}

function decideRead(stage: RunningStage, { headers: { host }, body }: ReadRequest, decide: Decide) {
  if (typeof host !== 'string' || !isHost(host)) return malformed;
  return decide(body.length > postBytes(stage) ? 'too-large' : body);
}

function failed(stage: RunningStage, cause: unknown): Answer {
  stage.onError('a request to @connections', cause);
  return broken;
}

function respondLater(
  stage: RunningStage,
  answer: Answer,
  respond: (answer: ManagementAnswer) => void,
): void {
  atTurnEnd(() => {
    try {
      respond(written(answer));
    } catch (cause) {
      stage.onError('an answer of @connections', cause);
    }
  });
}
