import { ProtocolError } from '@tidings/protocol';
import { keys } from '../keys.ts';
import type { Key, Row, Table, Write } from '../ports.ts';
import { codec } from '../rows.ts';
import type { Runtime } from '../runtime.ts';
import { type LoggedEvent, readEvents } from './loggedEvent.ts';
import { isSameRequest, type RequestKey } from './request.ts';

/** The result of a request: its answer, and the events to send, if there are any. */
export interface Committed {
  readonly answer: object;
  readonly events?: readonly LoggedEvent[];
  /** They were sent before, or should have been (see `resentWrite`). */
  readonly isAgain?: true;
  /** For how long the topic had had no event before these: milliseconds. Absent: they were committed before. */
  readonly quietMs?: number;
}

/** What is stored of a request besides its identity. */
interface Memory {
  readonly answer: object;
  /** The row of its last event. */
  readonly log?: Key;
  /** How many events it has. @default 1 */
  readonly events?: number;
  /** The row with which the request waited, where another one's transaction made its change. */
  readonly waited?: string;
}

interface RefRow extends Memory {
  readonly hash: string;
  readonly at: number;
  readonly ttl: number;
  readonly resent?: number;
}
const refCodec = codec<RefRow>();

const refMs = 24 * 3_600_000;

/**
 * Stores the request, unless it is stored already. DynamoDB may delete expired rows days late, so `at`
 * decides.
 */
export function refWrite({ clock }: Runtime, { principal, ref, hash }: RequestKey, memory: Memory): Write {
  const now = clock.now();
  return {
    put: refCodec.toRow(keys.ref(principal.tenant, principal.userId, ref), {
      hash,
      at: now,
      ttl: Math.ceil((now + refMs) / 1000),
      ...memory,
    }),
    if: { is: 'any', of: [{ is: 'absent' }, { is: 'below', attribute: 'at', value: now - refMs + 1 }] },
  };
}

/** Whether a stored request has not expired. */
export const isKept = (ref: Row, { clock }: Runtime) => refCodec.fromRow(ref).at > clock.now() - refMs;

/**
 * How often the events of a repeated request are sent again. After that, a receiver finds it by a gap or by
 * `sync`.
 */
const maxResends = 3;

/** Counts one more time that the events of a repeated request are sent. */
export const resentWrite = ({ principal, ref }: RequestKey): Write => ({
  update: keys.ref(principal.tenant, principal.userId, ref),
  add: { resent: 1 },
  if: { is: 'present' },
});

/** The result of a stored request for its own requester, whose waiting row was committed; nothing for a repeat of it. */
export async function firstAnswer(
  { table }: Pick<Runtime, 'table'>,
  row: Row,
  waited: string,
): Promise<Committed | undefined> {
  const ref = refCodec.fromRow(row);
  if (ref.waited !== waited) return undefined;
  // Others were committed with it.
  return { answer: ref.answer, events: await eventsOf(table, ref), quietMs: 0 };
}

/**
 * Gives the first answer again. Its events are sent to the current audience, since the first function may have
 * died before it could. The number of times is limited, as a repeat passes the limits on new messages.
 */
export async function answerAgain({ table }: Runtime, request: RequestKey, row: Row): Promise<Committed> {
  const ref = refCodec.fromRow(row);
  if (!isSameRequest(request, ref.hash)) {
    throw new ProtocolError('conflict', 'this ref was used for another request: choose a new one');
  }
  const answer = { ...ref.answer, dup: true };
  if (!ref.log || (ref.resent ?? 0) >= maxResends) return { answer };
  const events = await eventsOf(table, ref);
  return events.length > 0 ? { answer, events, isAgain: true } : { answer };
}

/** The events of a stored request, as far as their rows are still there. */
async function eventsOf(table: Table, ref: RefRow): Promise<readonly LoggedEvent[]> {
  if (!ref.log) return [];
  // The answer to a change has the position of its last event.
  const { epoch, seq: to } = ref.answer as LoggedEvent;
  return readEvents(table, { pk: ref.log.pk, epoch, from: to - (ref.events ?? 1) + 1, to });
}
