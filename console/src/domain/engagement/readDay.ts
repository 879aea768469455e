import type { AnyClient } from '@tidings/client';
import { topicOf } from '../../topics/kinds.ts';
import type { LogEvent } from '../../topics/log/event.ts';
import { pastByAction, pastByReplay, type ReadPast } from '../../topics/log/readPast.ts';
import { dayMs, type Happened, type Past } from './activity.ts';

const pageSize = 100;
/** What is older than these pages is left out: a board has many rows. */
const maxPages = 5;

/** What happened with a client within the last day. @param isReader whether the log may be read as an admin does */
export async function readDay(client: AnyClient, clientId: string, isReader: boolean): Promise<Past> {
  const name = `client:${clientId}`;
  if (isReader) return readPages(pastByAction(client, name, undefined, pageSize));
  // Only who follows it may ask for what was. It is left again, unless somebody else holds it.
  const topic = topicOf(client, name);
  const release = topic.hold();
  try {
    await topic.joined();
    const { position } = topic;
    const read = pastByReplay(client, name, false, pageSize);
    return await readPages((question) => read({ ...question, ...(position && { position }) }));
  } finally {
    release();
  }
}

/** Page by page, the newest first, until one is older than a day. */
export async function readPages(read: ReadPast, now = Date.now()): Promise<Past> {
  const oldest = now - dayMs;
  const events: LogEvent[] = [];
  for (let page = 0; page < maxPages; page++) {
    const before = events.at(-1)?.seq;
    const { events: next, more } = await read(before === undefined ? {} : { before });
    events.push(...next);
    const { ts = 0 } = next.at(-1) ?? {};
    if (!more || ts < oldest) return { events: counted(events, now), from: oldest };
  }
  return { events: counted(events, now), from: events.at(-1)?.ts ?? oldest };
}

const counted = (events: readonly LogEvent[], now: number) =>
  events
    .filter(({ ts = 0 }) => ts >= now - dayMs)
    .map((event) => ({ ...happenedBy(event), at: Math.min(event.ts ?? now, now) }));

/** How much an event counts, and where it stands. */
export function happenedBy({ type, payload, epoch, seq }: LogEvent): Omit<Happened, 'at'> {
  const { by = 1 } = Object(payload) as { readonly by?: number };
  const count = type === 'interaction' ? by : type.startsWith('engagement') ? 1 : 0;
  return { epoch, seq, count };
}
