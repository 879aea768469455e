import type { EventFrame, ServerFrame } from '@tidings/protocol';
import type { Position } from '../topics/sequencer.ts';
import type { Subscribed } from '../topics/subscription.ts';
import { maxSkipped } from './bounds.ts';

/** A frame whose fields are what they should be, where they are there at all. */
export type Frame = Partial<ServerFrame> & { readonly payload: Unknown };

/** An object out of JSON of which nothing is known. A list is one too: it has none of the fields that are asked for. */
export type Unknown = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Unknown => Object(value) === value;
export const isText = (value: unknown): value is string => typeof value === 'string';
/** Not of a number that JSON could not hold. */
export const isNumber = (value: unknown): value is number => Number.isFinite(value);
export const textOr = (value: unknown, otherwise: string): string => (isText(value) ? value : otherwise);
/** A time, a size or a count. */
export const amountOf = (value: unknown): number | undefined =>
  isNumber(value) ? Math.max(0, value) : undefined;
/** What a list holds. */
export const itemsOf = <T = unknown>(value: readonly T[] | unknown): T[] =>
  Array.isArray(value) ? value : [];
/** The objects that a list holds; nothing, where it is no list. For what comes from outside and may be anything. */
export function listOf<T extends object = Unknown>(value: unknown): T[] {
  return itemsOf(value).filter(isObject) as object[] as T[];
}

export const isPosition = (value: unknown): value is Position =>
  isObject(value) && isText(value.epoch) && Number.isSafeInteger(value.seq) && (value.seq as number) >= 0;

/** Another program's frames come over the same line: what is none of ours is ignored (PROTOCOL.md 2.2). */
export function readFrame(data: unknown): Frame | undefined {
  try {
    return toFrame(JSON.parse(String(data)));
  } catch {
    return undefined;
  }
}

function toFrame(value: unknown): Frame | undefined {
  if (!isObject(value)) return undefined;
  const { type, ref, topic, epoch, id, from, seq, ts, payload } = value;
  const isOurs =
    [type, ref, topic, epoch, id, from].every((one) => one === undefined || isText(one)) &&
    [seq, ts].every((one) => one === undefined || isNumber(one));
  return isOurs ? { ...value, payload: isObject(payload) ? payload : {} } : undefined;
}

/**
 * The frames of a batch. Before them, the numbers that it left out, as what has come and is of no interest to anybody:
 * later events have taken their places (PROTOCOL.md 8).
 */
export function unpacked({ frames, skipped }: Unknown): (Frame | undefined)[] {
  const all: unknown[] = [];
  for (const [topic, of] of Object.entries(Object(skipped) as Unknown)) {
    const { epoch, ranges } = Object(of) as Unknown;
    for (const [from, to] of itemsOf<[number, number]>(ranges).map(itemsOf<number>))
      for (let seq = from as number; seq <= (to as number) && all.length < maxSkipped; seq++)
        all.push({ type: '', topic, epoch, seq });
  }
  return [...all, ...itemsOf(frames)].map(toFrame);
}

const isEvent = (frame: Frame | undefined): frame is Frame & EventFrame =>
  !!frame?.type && !!frame.topic && isPosition(frame);

/** What a topic is answered, in an answer of its own or in that of `hello`. */
export function readSubscribed(answer: Unknown): Subscribed {
  const { at, snapshot, events, recovered, more } = answer;
  const { epoch, seq }: Partial<Position> = isPosition(answer) ? answer : {};
  return {
    epoch,
    seq,
    at: amountOf(at),
    snapshot: isObject(snapshot) ? snapshot : undefined,
    events: listOf(events).map(toFrame).filter(isEvent) as object[] as Record<string, unknown>[],
    recovered: recovered === true,
    more: more === true,
  };
}

/** Why the server ends a connection, as far as it says so. */
export interface Disconnect {
  readonly code?: number | undefined;
  readonly reason: string;
  readonly reconnect: string;
  readonly retryAfterMs?: number | undefined;
}

export function readDisconnect({ code, reason, reconnect, retryAfterMs }: Unknown): Disconnect {
  return {
    code: amountOf(code),
    reason: textOr(reason, 'disconnected'),
    reconnect: textOr(reconnect, 'backoff'),
    retryAfterMs: amountOf(retryAfterMs),
  };
}
