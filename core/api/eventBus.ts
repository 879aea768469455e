import {
  anyObject,
  type ClientFrame,
  type ErrorPayload,
  isName,
  maxUserIdLength,
  ProtocolError,
  validate,
} from '@tidings/protocol';
import * as z from 'zod/mini';
import { busUserId, type Principal } from '../principal.ts';
import type { Runtime } from '../runtime.ts';
import { parseFrame } from './parseFrame.ts';
import { unlimited } from './rateLimit.ts';
import { handleAction } from './router.ts';

/** An event of the bus, as far as it is looked at. */
export interface BusEvent {
  readonly id: string;
  /** The name of an action. */
  readonly detailType: string;
  readonly detail: unknown;
}

/** A publisher that sends an event again gives it a new id, so only its own `ref` can tell that it is the same. */
const Detail = z.object({
  tenant: z
    .string()
    .check(
      z.refine((text) => isName(text, maxUserIdLength), { error: 'is empty, too long, or not well-formed' }),
    ),
  ref: z.string().check(z.minLength(1), z.maxLength(64)),
  topic: z.optional(z.string().check(z.maxLength(256))),
  payload: z.optional(anyObject()),
});

/**
 * Runs the action that another service of the account published. What can never succeed is reported once and
 * forgotten: nobody is there to be told.
 *
 * @throws what may succeed later, so that whoever invoked this tries again.
 */
export async function handleEvent(runtime: Runtime, { id, detailType, detail }: BusEvent): Promise<void> {
  const refused = (error: ErrorPayload) => {
    const paths = error.details?.map(({ path }) => path).join(', ');
    // Messages may quote what was sent, and logs hold none of that.
    const what = `${error.code}${paths ? ` (${paths})` : ''}`;
    if (error.retryable) throw new Error(`an event could not be handled yet: ${what}`);
    runtime.reporter.report(new Error(`an event was refused: ${what}`), {
      requestId: id,
      what: 'an event of the bus',
    });
  };
  try {
    const { tenant, ...request } = validate(Detail, detail, 'detail');
    const frame = toFrame(runtime, { action: detailType, ...request });
    // Who may put events on the account's bus is for its policies to say, and its throughput is bounded there.
    const principal = busPrincipal(tenant, runtime.clock.now());
    const answer = await handleAction({ ...runtime, rates: unlimited }, principal, id, frame);
    if (answer.type === 'error') refused(answer.payload as ErrorPayload);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const { code, message, details } = error;
    refused({ code, message, retryable: false, ...(details && { details }) });
  }
}

/** By the rules of the other APIs, for what breaks them would fail again at each try. */
function toFrame({ settings }: Runtime, request: ClientFrame): ClientFrame {
  const parsed = parseFrame(toText(request), settings.limits);
  if ('refused' in parsed) throw parsed.refused;
  return parsed.frame;
}

function toText(request: ClientFrame): string {
  try {
    return JSON.stringify(request);
  } catch (cause) {
    // What was parsed from JSON has no cycles, so it nests deeper than the stack is.
    throw new ProtocolError('bad_request', 'the detail is nested too deep', { cause });
  }
}

function busPrincipal(tenant: string, now: number): Principal {
  return {
    tenant,
    userId: busUserId,
    roles: ['service'],
    clients: [],
    expiresAt: Number.MAX_SAFE_INTEGER,
    issuedAt: now,
  };
}
