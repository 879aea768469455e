import type { IncomingMessage } from 'node:http';
import type { Json, RequestAuthorizer } from '../api/api.ts';
import type { ConnectionFacts, ConnectRequest, RequestContext } from '../route/events.ts';
import { authorizerEvent, connectArn } from '../route/events.ts';
import { invokeWithin } from '../route/invokeWithin.ts';
import { isRecord } from '../route/proxyAnswer.ts';
import type { RunningStage } from '../runningStage.ts';
import { judgePolicy } from './policy.ts';
import type { Refusal } from './refusal.ts';
import { refusal } from './refusal.ts';

/** What an authorizer decided; `authorizer` is what every event of the connection will carry. */
export type Authorization = { authorizer?: Record<string, Json> } | { refused: Refusal };

function contextValue(path: readonly string[], context: RequestContext): Json | undefined {
  let value: Json | undefined = context;
  for (const name of path) value = isRecord(value) ? value[name] : undefined;
  return value;
}

function identityValue(
  source: string,
  { headers }: IncomingMessage,
  { query }: ConnectRequest,
  context: RequestContext,
  stageVariables: Record<string, string> | undefined,
): Json | undefined {
  const [, kind = '', name = ''] =
    /^(route\.request\.header|route\.request\.querystring|stageVariables|context)\.(.+)$/.exec(source) ?? [];
  if (kind === 'route.request.header') return String(headers[name.toLowerCase()] ?? '');
  if (kind === 'route.request.querystring') return query?.single[name];
  if (kind === 'stageVariables') return stageVariables?.[name];
  return kind === 'context' ? contextValue(name.split('.'), context) : undefined;
}

function isUnauthorized(cause: unknown): boolean {
  return (cause instanceof Error ? cause.message : cause) === 'Unauthorized';
}

/** What is wrong with an authorizer's answer, apart from its policy. */
function problemOf(answer: Json, maxBytes: number): string | undefined {
  if (!isRecord(answer)) return 'the answer is not an object';
  if (Buffer.byteLength(JSON.stringify(answer)) > maxBytes) return 'the answer is too large';
  if (typeof answer.principalId !== 'string' || answer.principalId === '') return 'principalId is missing';
  const { context } = answer;
  if (context === undefined || context === null) return;
  if (!isRecord(context)) return 'context is not an object';
  const nested = Object.entries(context).find(([, value]) => typeof value === 'object');
  return nested && `context.${nested[0]} is neither string, number nor boolean`;
}

function judge(stage: RunningStage, answer: Json, integrationLatency: number): Authorization {
  const problem = problemOf(answer, stage.quotas.authorizerResultBytes);
  const verdict =
    isRecord(answer) &&
    problem === undefined &&
    judgePolicy(answer.policyDocument, connectArn(stage.compiled.api));
  if (!verdict || verdict.kind === 'malformed') {
    stage.onError('the authorizer gave a malformed answer', new Error(verdict ? verdict.problem : problem));
    return { refused: refusal(500, 'Internal server error') };
  }
  if (verdict.kind === 'deny' || !isRecord(answer)) return { refused: refusal(403, 'Forbidden') };
  const context = isRecord(answer.context) ? Object.entries(answer.context) : [];
  const stringified = Object.fromEntries(context.map(([key, value]) => [key, String(value)]));
  return { authorizer: { ...stringified, principalId: String(answer.principalId), integrationLatency } };
}

/**
 * Asks an authorizer whether a connection may open: 401 without an identity source or where it rejects with
 * `Unauthorized`, 403 where the policy does not allow, 500 where it fails otherwise. Nothing is remembered:
 * a WebSocket API has no cache of authorizer results.
 */
export async function authorize(
  stage: RunningStage,
  authorizer: RequestAuthorizer,
  request: IncomingMessage,
  connect: ConnectRequest,
  facts: ConnectionFacts,
): Promise<Authorization> {
  const { compiled, clock, unknowns, onError } = stage;
  const startedAtMs = clock.now();
  const { event, requestContext } = authorizerEvent(
    { api: compiled.api, facts, nowMs: startedAtMs },
    connect,
  );
  for (const source of authorizer.identitySources) {
    const value = identityValue(source, request, connect, requestContext, compiled.api.stageVariables);
    if (value === undefined || value === null || value === '')
      return { refused: refusal(401, 'Unauthorized') };
  }
  const outcome = await invokeWithin(authorizer.invoke, event, unknowns.authorizerTimeoutMs, clock);
  if (outcome.kind === 'answered') return judge(stage, outcome.answer, clock.now() - startedAtMs);
  if (outcome.kind === 'failed' && isUnauthorized(outcome.cause))
    return { refused: refusal(401, 'Unauthorized') };
  onError('the authorizer failed', outcome.kind === 'failed' ? outcome.cause : new Error('timed out'));
  return { refused: refusal(500, 'Internal server error') };
}
