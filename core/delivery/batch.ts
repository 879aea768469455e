import { maxAnswerBytes } from '../log/answerBudget.ts';
import type { Topic } from '../topics.ts';
import type { Reader } from './audience.ts';
import { type Kept, skippedBytes, skippedText } from './latest.ts';

/** An event on its way. */
export interface SentEvent {
  /** Serialised once for all. */
  readonly frame: string;
  /** Its position. An ephemeral event has none, and is not replayed. */
  readonly epoch?: string;
  readonly seq?: number;
  /** Its own, where a broadcast has events of several. */
  readonly topic?: Topic;
  /** A connection that it is not sent to: its own answer has it. */
  readonly except?: string;
}

/** One post, the same for everybody that it is for. */
export interface Posting {
  readonly frame: string;
  /** How many frames are in it. */
  readonly frames: number;
  /** The last event in it: who cannot be reached is told to go on from there. */
  readonly last: SentEvent;
  readonly to: readonly string[];
  /** All of these understand batches. */
  readonly batch?: boolean;
}

/** For a larger audience, the sender's own function posts nothing. */
export const maxAtOnce = 250;

/** What of a number of events goes into a batch. */
type Keep = (events: readonly SentEvent[]) => readonly Kept[];

const keepAll: Keep = (events) => events.map((event) => ({ event, replaces: [] }));

/**
 * How the events of one topic are posted: each by itself and, to those who understand batches, in as few posts as
 * possible (PROTOCOL.md 8).
 */
export function postingsOf(
  events: readonly SentEvent[],
  audience: readonly Reader[],
  now: number,
  keep: Keep = keepAll,
): readonly Posting[] {
  const spared = new Set(events.map(({ except }) => except));
  const others = audience.filter(({ connectionId }) => !spared.has(connectionId));
  if (others.length === audience.length) return postingsToAll(events, audience, now, keep);
  const senders = audience.filter(({ connectionId }) => spared.has(connectionId));
  const toSenders = senders.flatMap((sender) => {
    const fromOthers = events.filter(({ except }) => except !== sender.connectionId);
    return postingsToAll(fromOthers, [sender], now, keep);
  });
  return [...postingsToAll(events, others, now, keep), ...toSenders];
}

function postingsToAll(
  events: readonly SentEvent[],
  audience: readonly Reader[],
  now: number,
  keep: Keep,
): readonly Posting[] {
  const to = (readers: readonly Reader[]) => readers.map(({ connectionId }) => connectionId);
  const alone = events.map((last) => ({ frame: last.frame, frames: 1, last }));
  // To post to those who understand batches, and then to others, would take twice as long for nothing.
  if (events.length === 1 && audience.length <= maxAtOnce)
    return alone.map((one) => ({ ...one, to: to(audience) }));
  const batches = inBatches(keep(events), now).map((one) => ({
    ...one,
    to: to(audience.filter(({ batch }) => batch)),
    batch: true,
  }));
  const others = to(audience.filter(({ batch }) => !batch));
  return [...batches, ...alone.map((one) => ({ ...one, to: others }))].filter(
    ({ to: all }) => all.length > 0,
  );
}

/** The events in their order, as many as fit in each; one that is larger goes alone, as it is. */
function inBatches(events: readonly Kept[], now: number): Omit<Posting, 'to' | 'batch'>[] {
  const batches: Kept[][] = [];
  let left = 0;
  for (const kept of events) {
    // With its comma.
    const bytes = Buffer.byteLength(kept.event.frame) + 1 + skippedBytes(kept);
    const current = batches.at(-1);
    if (current && bytes <= left) current.push(kept);
    else {
      batches.push([kept]);
      left = maxAnswerBytes - Buffer.byteLength(batchOf([], now));
    }
    left -= bytes;
  }
  return batches.flatMap((all) => {
    const last = all.at(-1)?.event;
    if (!last) return [];
    const skipped = skippedText(all);
    const frames = all.map(({ event }) => event.frame);
    const isAlone = all.length === 1 && skipped === '';
    return { frame: isAlone ? last.frame : batchOf(frames, now, skipped), frames: all.length, last };
  });
}

const begin = '{"type":"batch",';
/** Also one of a single frame: others are left out of it. */
export const isBatch = (frame: string): boolean => frame.startsWith(begin);

/** The frames stay to the letter what each would have been by itself. */
const batchOf = (frames: readonly string[], ts: number, skipped = ''): string =>
  `${begin}"ts":${ts},"payload":{"frames":[${frames.join()}]${skipped}}}`;

/** The frames of a batch, for a connection that has ended batches while it waited in the queue. */
export const framesOf = (batch: string): string[] =>
  (JSON.parse(batch) as { payload: { frames: object[] } }).payload.frames.map((frame) =>
    JSON.stringify(frame),
  );
