import type { CompiledRoute } from '../api/compiledApi.ts';
import type { ConnectFault } from '../faults.ts';
import type { ConnectionFacts, ConnectRequest } from '../route/events.ts';
import { connectEvent } from '../route/events.ts';
import type { Outcome } from '../route/invokeWithin.ts';
import { readProxyAnswer } from '../route/proxyAnswer.ts';
import type { RunningStage } from '../runningStage.ts';
import { clientClosure } from '../socket/closure.ts';
import { invokeDisconnect } from '../socket/disconnect.ts';
import type { Refusal } from './refusal.ts';
import { refusal } from './refusal.ts';

/** What `$connect` decided; the headers are its answer's, names in small letters. `left`: there is nobody to open for. */
export type Admission = { headers: Record<string, string> } | { refused: Refusal } | { left: true };

function judge(stage: RunningStage, outcome: Outcome): Admission {
  const { connectFailureStatus, connectThrottledStatus, connectTimeoutStatus } = stage.unknowns;
  if (outcome.kind === 'timed-out') {
    stage.onError('the $connect integration timed out', undefined);
    return { refused: refusal(connectTimeoutStatus, stage.unknowns.integrationTimeoutMessage) };
  }
  const answer = outcome.kind === 'answered' ? readProxyAnswer(outcome.answer) : undefined;
  if (!answer) {
    const cause = outcome.kind === 'failed' ? outcome.cause : new Error('its answer has no status code');
    stage.onError('the $connect integration failed', cause);
    const status = isThrottled(cause) ? connectThrottledStatus : connectFailureStatus;
    return { refused: refusal(status, 'Internal server error') };
  }
  const { statusCode: status, headers, body } = answer;
  if (status >= 200 && status < 300) return { headers };
  return { refused: { status, body, contentType: headers['content-type'] } };
}

/** As Lambda's API names it: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
const isThrottled = (cause: unknown) => cause instanceof Error && cause.name === 'TooManyRequestsException';

const opens: Outcome = { kind: 'answered', answer: { statusCode: 200 } };

const pause = ({ clock }: RunningStage, ms: number) =>
  new Promise<void>((resolve) => {
    clock.setTimeout(resolve, ms);
  });

async function delayed(
  stage: RunningStage,
  outcome: Promise<Outcome>,
  fault: ConnectFault | undefined,
): Promise<Outcome> {
  if (fault?.outcome !== 'slow') return outcome;
  // The function has run and stored what it stores; only its answer is late. That is the harder case.
  const { integrationTimeoutMs } = stage.quotas;
  const [answered] = await Promise.all([
    outcome,
    pause(stage, Math.min(fault.delayMs, integrationTimeoutMs)),
  ]);
  return fault.delayMs > integrationTimeoutMs ? { kind: 'timed-out' } : answered;
}

/** Runs the `$connect` integration, which is optional: without one the connection opens. */
export async function runConnect(
  stage: RunningStage,
  route: CompiledRoute | undefined,
  connect: ConnectRequest,
  facts: ConnectionFacts,
): Promise<Admission> {
  const fault = stage.faults.connect?.();
  if (fault?.outcome === 'error') return judge(stage, { kind: 'failed', cause: new Error('injected fault') });
  if (fault?.outcome === 'early') {
    await invokeDisconnect(stage, facts, clientClosure(1006, '', stage.unknowns));
  }
  const event = connectEvent({ api: stage.compiled.api, facts, nowMs: stage.clock.now() }, connect);
  const outcome = route?.run?.(event, '') ?? Promise.resolve(opens);
  const admission = judge(stage, await delayed(stage, outcome, fault));
  return fault?.outcome === 'early' ? { left: true } : admission;
}
