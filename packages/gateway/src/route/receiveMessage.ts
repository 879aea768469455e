import { newId } from '../ids.ts';
import type { RunningStage } from '../runningStage.ts';
import type { Connection } from '../socket/connection.ts';
import { send } from '../socket/connection.ts';
import type { RequestContext } from './events.ts';
import { messageEvent } from './events.ts';
import type { Outcome } from './invokeWithin.ts';
import { readProxyAnswer } from './proxyAnswer.ts';

// The one space is as captured: https://github.com/aws-samples/simple-websockets-chat-app/issues/24
function errorFrame(message: string, connectionId: string, requestId: string): string {
  return `{"message": ${JSON.stringify(message)}, "connectionId":"${connectionId}", "requestId":"${requestId}"}`;
}

function answerText(outcome: Outcome, stage: RunningStage): { body: string } | { error: string } {
  if (outcome.kind === 'timed-out') {
    stage.onError('an integration timed out', undefined);
    return { error: stage.unknowns.integrationTimeoutMessage };
  }
  if (outcome.kind === 'failed') {
    stage.onError('an integration failed', outcome.cause);
    return { error: 'Internal server error' };
  }
  const answer = readProxyAnswer(outcome.answer);
  if (answer) return { body: answer.body };
  if (stage.unknowns.answerWithoutStatus === 'accepted') return { body: '' };
  stage.onError('an integration answered without a status code, or not as a proxy does', undefined);
  return { error: 'Internal server error' };
}

/** Serves one message. Messages of one connection run at the same time, as nothing on AWS puts them in order. */
export async function receiveMessage(
  stage: RunningStage,
  connection: Connection,
  body: string,
): Promise<void> {
  const { facts } = connection;
  const fail = (message: string, requestId: string) =>
    send(stage, connection, errorFrame(message, facts.connectionId, requestId));
  if (!stage.compiled.takeRequest() || !stage.takeRequest())
    return fail(stage.unknowns.throttledMessage, newId());

  const { api, routeFor } = stage.compiled;
  const compiled = routeFor(body);
  if (!compiled) return fail('Forbidden', newId());

  const { routeKey, routeResponse } = compiled.route;
  const event = messageEvent({ api, facts, nowMs: stage.clock.now() }, routeKey, body);
  const requestId = idOf(event.requestContext);
  if (!compiled.run) {
    stage.onError(`route ${routeKey} has no integration`, undefined);
    return fail('Internal server error', requestId);
  }
  const answer = answerText(await compiled.run(event, body), stage);
  if ('error' in answer) fail(answer.error, requestId);
  else if (routeResponse && answer.body !== '') send(stage, connection, answer.body);
}

function idOf({ requestId }: RequestContext): string {
  return String(requestId);
}
