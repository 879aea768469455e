import {
  type ClientFrame,
  type ErrorPayload,
  errorRules,
  isCollection,
  ProtocolError,
  type ServerFrame,
  validate,
} from '@tidings/protocol';
import type { Call, Handler } from '../call.ts';
import { type Connection, readConnection, requireOpen } from '../connections/connections.ts';
import { inTime, withDeadline } from '../deadline.ts';
import { invalidField } from '../invalidField.ts';
import { requestHashes } from '../log/request.ts';
import type { Principal } from '../principal.ts';
import type { Runtime } from '../runtime.ts';
import { maxRequestMs } from '../timeouts.ts';
import { kindsWithPresence, readTopic, type Topic } from '../topics.ts';
import { type Parsed, parseFrame } from './parseFrame.ts';
import {
  type CountedRequest,
  type CountedUser,
  counted,
  rateName,
  refuseFor,
  requireRate,
} from './userRate.ts';

/** One text message of a connection. */
export interface IncomingFrame {
  readonly connectionId: string;
  readonly requestId: string;
  readonly body: string;
  /** The connection's user, where known: as found when it opened, and never from a frame. */
  readonly user?: CountedUser | undefined;
  /** When API Gateway received it: milliseconds since 1970. @default now */
  readonly receivedAt?: number | undefined;
}

/** Answers a client's frame with exactly one frame, whatever happens. */
export async function handleFrame(
  runtime: Runtime,
  { connectionId, requestId, body, user, receivedAt = runtime.clock.now() }: IncomingFrame,
): Promise<ServerFrame> {
  const { settings, rates, clock } = runtime;
  const waitMs = rates.take(user ? rateName(user) : connectionId, receivedAt);
  const parsed = parseFrame(body, settings.limits);
  const { ref, topic } = 'frame' in parsed ? parsed.frame : { ref: parsed.ref };
  const about = { requestId, action: actionIn(runtime, parsed), ref, topic };
  return answering(runtime, about, async (runtime) => {
    refuseFor(waitMs);
    if ('refused' in parsed) throw parsed.refused;
    const { frame } = parsed;
    const handler = handlerOf(runtime, frame.action);
    const action = handler.contract;
    const payload = validate(action.payload, frame.payload ?? {}, 'payload');
    const connection = requireOpen(await readConnection(runtime.table, connectionId));
    const { principal } = connection;
    if (!user) requireRate(runtime, principal, receivedAt);
    if (handler.name !== 'auth' && principal.expiresAt <= clock.now()) {
      throw new ProtocolError(
        'token_expired',
        'the token has expired: renew it with auth, or connect with a new one',
      );
    }
    return run(runtime, handler, { frame, payload, requestId, principal, connection, receivedAt });
  });
}

/**
 * Answers one action from another API than the socket's. That API has counted it. Actions that need a
 * connection are unknown here.
 */
export async function handleAction(
  runtime: Runtime,
  principal: Principal,
  requestId: string,
  frame: ClientFrame,
  receivedAt = runtime.clock.now(),
): Promise<ServerFrame> {
  const { ref, topic } = frame;
  const about = { requestId, action: actionIn(runtime, { frame }), ref, topic };
  return answering(runtime, about, async (runtime) => {
    const handler = handlerOf(runtime, frame.action);
    const action = handler.contract;
    if (action.group === 'connection') throw unknownAction(frame.action);
    const payload = validate(action.payload, frame.payload ?? {}, 'payload');
    return run(runtime, handler, { frame, payload, requestId, principal, receivedAt });
  });
}

/** A request before it is authorised. */
interface ParsedRequest extends CountedRequest {
  readonly frame: ClientFrame;
  readonly payload: object;
  readonly principal: Principal;
  readonly connection?: Connection;
}

async function run(runtime: Runtime, handler: Handler, request: ParsedRequest): Promise<ServerFrame> {
  const call = toCall(runtime, handler, request);
  const payload = await counted(runtime, request, (counting) =>
    handler.handle({ ...call, runtime: counting }),
  );
  return { type: handler.contract.reply ?? 'ack', payload };
}

/** @throws ProtocolError `forbidden`, `unknown_topic`, `validation_failed`. */
function toCall(
  runtime: Runtime,
  { name, contract: { roles, topic: wanted } }: Handler,
  { frame, payload, requestId, principal, connection }: ParsedRequest,
): Call & { readonly payload: object } {
  if (roles !== 'any' && !principal.roles.some((role) => roles.includes(role))) {
    throw new ProtocolError('forbidden', `${name} is for ${roles.join(', ')}`);
  }
  const topic = topicOfFrame(runtime, wanted, frame.topic, principal);
  // A request without a `ref` is remembered too, for its own retries.
  const ref = frame.ref ?? `request:${requestId}`;
  return {
    runtime,
    principal,
    action: name,
    payload,
    ref,
    askedAs: ref,
    ...requestHashes(name, frame.topic, payload),
    ...(topic && { topic }),
    ...(connection && { connection }),
    ...(frame.ref !== undefined && { clientRef: frame.ref }),
  };
}

function topicOfFrame(
  { app, clock }: Runtime,
  wanted: Handler['contract']['topic'],
  text: string | undefined,
  principal: Principal,
): Topic | undefined {
  if (wanted === undefined) return undefined;
  if (text === undefined) throw invalidField('topic', 'is missing');
  const topic = readTopic(app, principal, text, clock.now());
  const kinds = wanted === 'presence' ? kindsWithPresence(app) : [wanted].flat();
  // All topics of a kind can be followed as one, and nothing can be done in all of them at once.
  if (wanted !== 'any' && (!kinds.includes(topic.kind) || isCollection(topic)))
    throw invalidField('topic', `must be ${kinds.map((kind) => `${kind}:<id>`).join(' or ')}`);
  return topic;
}

function handlerOf({ app }: Runtime, name: string): Handler {
  const handler = app.actions.get(name);
  if (handler) return handler;
  throw unknownAction(name);
}

function unknownAction(name: string): ProtocolError {
  const what = `there is no action ${JSON.stringify(name.slice(0, 80))} here`;
  return new ProtocolError('unknown_action', `${what}; GET /asyncapi.json lists those there are`);
}

/** What a request counts as. Any name that is none of the app's is the same one, for each is a figure that is paid for. */
export const actionIn = ({ app }: Pick<Runtime, 'app'>, parsed: Parsed): string =>
  'frame' in parsed && app.actions.has(parsed.frame.action) ? parsed.frame.action : 'unknown';

/** What is known of a request before it is judged. */
interface AskedFor {
  readonly requestId: string;
  /** What it counts as. */
  readonly action: string;
  readonly ref?: string | undefined;
  readonly topic?: string | undefined;
}

/**
 * Turns the result or the error of a request into its one answer, and sets its one deadline. The text of an
 * unexpected error is not sent.
 */
export async function answering(
  runtime: Runtime,
  { requestId, action, ref, topic }: AskedFor,
  work: (runtime: Runtime) => Promise<ServerFrame>,
): Promise<ServerFrame> {
  const { clock, reporter, metrics } = runtime;
  // A call of the HTTP API comes here twice.
  if (runtime.requestId === undefined) metrics.add('Requests', 1, action);
  const sign = ({ type, ...rest }: ServerFrame): ServerFrame => ({
    type,
    ...(ref !== undefined && { ref }),
    ...(topic !== undefined && { topic }),
    ts: clock.now(),
    ...rest,
  });
  try {
    return sign(await inTime(runtime, maxRequestMs, () => work({ ...withDeadline(runtime), requestId })));
  } catch (error) {
    const refusal = error instanceof ProtocolError ? error : new ProtocolError('internal', requestId);
    metrics.add('RefusedRequests', 1, refusal.code);
    if (refusal !== error) reporter.report(error, { requestId, what: 'a request' });
    return sign({ type: 'error', payload: errorPayload(refusal) });
  }
}

function errorPayload({ code, message, details, retryAfterMs }: ProtocolError): ErrorPayload {
  return {
    code,
    message,
    retryable: errorRules[code].retryable,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(details && { details }),
  };
}
