import { keys } from '../../keys.ts';
import { listChange } from '../../log/changes.ts';
import { type LoggedEvent, readEvents } from '../../log/loggedEvent.ts';
import type { Runtime } from '../../runtime.ts';
import { settleAll } from '../../settleAll.ts';
import { audienceOf, type Reader } from '../audience.ts';
import { type Broadcast, postEvents } from '../fanOut.ts';
import { throughWindow } from './throughWindow.ts';

/** The committed events of one change. */
export interface Published extends Broadcast {
  readonly events: readonly LoggedEvent[];
  /** For how long the topic had had no event before these: milliseconds. Absent: they are sent by themselves. */
  readonly quietMs?: number;
}

/** In numbers of the log. */
const maxLowered = 50;

type Bounded = Runtime & { readonly deadline: number };

/**
 * Sends the committed events of one change to their current audience. On a busy topic, who understands batches gets them
 * together with what others publish there in the same moment. Posts that fail are queued. If this function dies, the
 * receivers notice a gap (or use `sync`), or the sender repeats the `ref`.
 *
 * @throws what the database or the queue threw. The events are committed all the same.
 */
export async function sendEvents(runtime: Bounded, published: Published): Promise<void> {
  const { tenant, topic, events, except } = published;
  const begunAt = runtime.clock.now();
  const audience = await audienceOf(runtime, tenant, topic);
  const last = events.at(-1);
  const isListed = last && audience.some(({ followsAll }) => followsAll);
  const isGathered = isBusy(runtime, published)
    ? (reader: Reader) => isForWindow(reader) && reader.connectionId !== except
    : () => false;
  const gathered = audience.filter(isGathered);
  const others = audience.filter((reader) => !isGathered(reader));
  await settleAll([
    ...(isListed ? [listChange(runtime, tenant, topic, last)] : []),
    postEvents(runtime, published, others, begunAt),
    ...(gathered.length > 0 ? [throughTopicWindow(runtime, published, gathered, begunAt)] : []),
  ]);
}

/** A window that would end after the deadline of its request is not opened. */
function isBusy(
  { settings: { batchMs }, clock, deadline }: Bounded,
  { quietMs, completion }: Published,
): boolean {
  if (batchMs === 0 || completion || clock.now() + batchMs > deadline) return false;
  return quietMs !== undefined && quietMs < batchMs;
}

/** Who follows all topics of the kind is sent the events of all of them, and not by the window of one. */
const isForWindow = ({ batch, followsAll }: Reader): boolean => batch && !followsAll;

async function throughTopicWindow(
  runtime: Runtime,
  published: Published,
  readers: readonly Reader[],
  begunAt: number,
): Promise<void> {
  const { tenant, topic, events } = published;
  const [first] = events;
  if (!first) return;
  const { epoch, seq } = first;
  const pk = keys.logPartition(tenant, topic, epoch);
  await throughWindow(runtime, {
    key: keys.batchWindow(tenant, topic),
    own: { epoch, from: seq },
    lengthMs: runtime.settings.batchMs,
    reach: maxLowered,
    eventsFrom: (from) => readEvents(runtime.table, { pk, epoch, from }),
    readers: async () => (await audienceOf(runtime, tenant, topic)).filter(isForWindow),
    post: (gathered, to) => postEvents(runtime, { tenant, topic, events: gathered }, to, begunAt),
    postOwn: () => postEvents(runtime, published, readers, begunAt),
  });
}
