import type { LastSent, Runtime } from '../../runtime.ts';
import { settleAll } from '../../settleAll.ts';
import { type Followers, type Reader, readersOf, readFollowers } from '../audience.ts';
import { type Broadcast, postEvents } from '../fanOut.ts';
import { collectionWindow } from './collectionWindow.ts';
import { type FollowersOfAll, type Listing, readFollowersOfAll } from './followersOfAll.ts';
import { noteSent, rememberedBusy } from './lastSent.ts';
import { mayWait, type Published, type Sending } from './published.ts';
import { type BatchWindow, throughWindow } from './throughWindow.ts';
import { isTopicBusy, topicWindow } from './topicWindow.ts';

/**
 * Sends the committed events of one change to their current audience. Who understands batches gets them, where much is
 * going on, together with what others publish in the same moment: on the topic or, who follows all topics of its kind, on
 * any of them. Posts that fail are queued. If this function dies, the receivers notice a gap (or use `sync`), or the
 * sender repeats the `ref`.
 *
 * @throws what the database or the queue threw. The events are committed all the same.
 */
export async function sendEvents(runtime: Runtime, published: Published): Promise<void> {
  const { tenant, topic, events } = published;
  const [first, last] = [events.at(0), events.at(-1)];
  if (!first || !last) return;
  const sending = {
    published,
    range: { epoch: last.epoch, from: first.seq, to: last.seq },
    begunAt: runtime.clock.now(),
  };
  const busy = rememberedBusy(runtime, published);
  // At once: a publish waits for one answer of the database in the place of two.
  const readingNamed = readFollowers(runtime, tenant, topic);
  const readingAll = readFollowersOfAll(runtime, sending, { listFirst: busy !== undefined });
  const early = readingNamed.then((named) => (busy ? whoNeedNotWait(runtime, published, busy, named) : []));
  const sendEarly = async () => {
    const readers = await early;
    if (readers.length > 0) await postEvents(runtime, published, readers, sending.begunAt);
  };
  const sendOthers = async () => {
    const [named, all, sent] = await Promise.all([readingNamed, readingAll, early]);
    const isSent = new Set(sent.map(({ connectionId }) => connectionId));
    const audience = readersOf(named.subscribers, all.subscribers);
    const others = audience.filter(({ connectionId }) => !isSent.has(connectionId));
    await sendTo(runtime, sending, others, { named, all });
  };
  const listed = async () => (await readingAll).listing?.done;
  await settleAll([sendEarly(), sendOthers(), listed()]);
}

/**
 * Those of a topic who are sent its events before it is known who follows all of its kind, which is read later where the
 * events are listed first. Who has come to all since the last ones may get these twice.
 */
function whoNeedNotWait(
  runtime: Runtime,
  published: Published,
  { followers }: LastSent,
  named: Followers,
): readonly Reader[] {
  const readers = readersOf(named.subscribers, []);
  if (isTopicBusy(runtime, published)) return readers.filter(({ batch }) => !batch);
  // There may be thousands of them.
  const waiting = new Set(readers.length > 0 ? followers : []);
  return readers.filter(({ connectionId }) => !waiting.has(connectionId));
}

/** Sends events to an audience, each reader its way. */
async function sendTo(
  runtime: Runtime,
  { published, range, begunAt }: Sending,
  audience: readonly Reader[],
  { named, all }: { readonly named: Followers; readonly all: FollowersOfAll },
): Promise<void> {
  const { tenant } = published;
  const { listing } = all;
  const sinceMs = noteSent(runtime, published, all);
  const { now, inTopic, inAll } = waysTo(runtime, published, audience);
  const post = (to: readonly Reader[], what: Broadcast = published) => postEvents(runtime, what, to, begunAt);
  const through = (to: readonly Reader[], window: BatchWindow) =>
    throughWindow(runtime, window, {
      own: () => post(to),
      gathered: (these, readers) => post(readers, { tenant, topic: window.topic, events: these }),
    });
  const throughAll = ({ at, done }: Listing) =>
    // Whoever holds the window closes it and reads the list: so it is listed before the window is looked at.
    done.then(
      () => through(inAll, collectionWindow(runtime, published, { ...all, listedAt: at, sinceMs })),
      () => post(inAll),
    );
  await settleAll([
    post(now),
    ...(inTopic.length > 0 ? [through(inTopic, topicWindow(runtime, published, range, named.window))] : []),
    ...(listing && inAll.length > 0 ? [throughAll(listing)] : []),
  ]);
}

interface Ways {
  /** Those who are sent the events at once. */
  readonly now: readonly Reader[];
  /** Those who get them out of the window of the topic, or of all topics of its kind. */
  readonly inTopic: readonly Reader[];
  readonly inAll: readonly Reader[];
}

function waysTo(runtime: Runtime, published: Published, audience: readonly Reader[]): Ways {
  const isInTopic = isTopicBusy(runtime, published);
  const isInAll = mayWait(runtime, published, runtime.settings.collectionBatchMs);
  const wayOf = ({ batch, followsAll, connectionId }: Reader): keyof Ways => {
    if (!batch || connectionId === published.except) return 'now';
    if (followsAll) return isInAll ? 'inAll' : 'now';
    return isInTopic ? 'inTopic' : 'now';
  };
  const to = (way: keyof Ways) => audience.filter((reader) => wayOf(reader) === way);
  return { now: to('now'), inTopic: to('inTopic'), inAll: to('inAll') };
}
