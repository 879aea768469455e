import { type Asker, asking } from '../kinds.ts';
import { type GivenEvent, type LogEvent, toLogEvent } from './event.ts';

/** A page of a topic's log, the newest first. */
export interface PastPage {
  readonly events: readonly LogEvent[];
  /** Whether there may be older ones. */
  readonly more: boolean;
}

export interface PastQuestion {
  /** Only what has a lower number. */
  readonly before?: number;
  /** Where the reader stands, as far as it is known. */
  readonly position?: { readonly epoch: string; readonly seq: number };
}

export type ReadPast = (question: PastQuestion) => Promise<PastPage>;

const pageSize = 50;
/** As an admin reads it: all that is kept, what is in it only where the caller may subscribe. */
export const pastByAction =
  (client: Asker, topic: string, userId?: string, limit = pageSize): ReadPast =>
  async ({ before }) => {
    const whose = userId === undefined ? {} : { userId };
    const asked = { topic, limit, ...whose, ...(before !== undefined && { before }) };
    const { events = [], epoch, more } = await asking(client)('topic.log', asked);
    return {
      events: (events as GivenEvent[]).map((one) =>
        toLogEvent(one, topic, (epoch as string | null) ?? undefined),
      ),
      more: more === true,
    };
  };

/**
 * As anybody reads it who may subscribe: asked for as one who missed it. A topic without numbers has nothing to ask by.
 *
 * @param history whether the kind gives its last events without a position
 * @param limit how many a page has
 */
export const pastByReplay =
  (client: Asker, topic: string, history: boolean, limit = pageSize): ReadPast =>
  async ({ before, position }) => {
    if (!position) return { events: [], more: false };
    const upTo = before === undefined ? position.seq : before - 1;
    if (upTo < 1) return { events: [], more: false };
    if (history && before === undefined) return lastEvents(client, topic);
    // What is kept may not reach back a whole page.
    for (let size = limit; size >= 1; size = Math.floor(size / 2)) {
      const events = await eventsBetween(
        client,
        topic,
        { epoch: position.epoch, seq: Math.max(0, upTo - size) },
        upTo,
      );
      if (events) return { events: events.toReversed(), more: upTo > size };
    }
    return { events: [], more: false };
  };

async function lastEvents(client: Asker, topic: string): Promise<PastPage> {
  const { events = [] } = await asking(client)('subscribe', { last: pageSize }, { topic });
  const all = (events as GivenEvent[]).map((one) => toLogEvent(one, topic, undefined));
  return { events: all.toReversed(), more: (all[0]?.seq ?? 1) > 1 };
}

/** What came after a position, up to a number; nothing where it is not kept any more. */
async function eventsBetween(
  client: Asker,
  topic: string,
  after: { readonly epoch: string; readonly seq: number },
  upTo: number,
): Promise<LogEvent[] | undefined> {
  const found: LogEvent[] = [];
  for (let since = after; since.seq < upTo; ) {
    const answer = await asking(client)('subscribe', { since }, { topic });
    if (answer.recovered !== true) return undefined;
    const events = (answer.events ?? []) as GivenEvent[];
    found.push(...events.map((one) => toLogEvent(one, topic, after.epoch)));
    const seq = Number(answer.seq);
    if (answer.more !== true || !(seq > since.seq)) break;
    since = { epoch: after.epoch, seq };
  }
  return found.filter(({ seq = 0 }) => seq > after.seq && seq <= upTo);
}
