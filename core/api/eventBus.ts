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

/** The parts of a bus event that are read. */
export interface BusEvent {
  readonly id: string;
  /** The name of an action. */
  readonly detailType: string;
  readonly detail: unknown;
}

/** A publisher that repeats an event gives it a new id, so only the event's own `ref` marks the repeat. */
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
 * Runs the action that another service of the account published. An event that can never succeed is reported
 * once and dropped, as nobody waits for an answer.
 *
 * @throws errors that may pass, so that Lambda tries again.
 */
export async function handleEvent(runtime: Runtime, { id, detailType, detail }: BusEvent): Promise<void> {
  const refused = (error: ErrorPayload) => {
    const paths = error.details?.map(({ path }) => path).join(', ');
    // Error messages may quote the payload, which must not be in logs.
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
    // Who may publish is for the bus's policies to decide, and its rate is limited there.
    const principal = busPrincipal(tenant, runtime.clock.now());
    const answer = await handleAction({ ...runtime, rates: unlimited }, principal, id, frame);
    if (answer.type === 'error') refused(answer.payload as ErrorPayload);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const { code, message, details } = error;
    refused({ code, message, retryable: false, ...(details && { details }) });
  }
}

/** The event must follow the rules of the other APIs: one that breaks them would fail at each try. */
function toFrame({ settings }: Runtime, request: ClientFrame): ClientFrame {
  const parsed = parseFrame(toText(request), settings.limits);
  if ('refused' in parsed) throw parsed.refused;
  return parsed.frame;
}

function toText(request: ClientFrame): string {
  try {
    return JSON.stringify(request);
  } catch (cause) {
    // Parsed JSON has no cycles, so this means that it nests too deep.
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
