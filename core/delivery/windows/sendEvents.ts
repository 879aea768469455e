import { listChange } from '../../log/changes.ts';
import type { Row } from '../../ports.ts';
import type { Runtime } from '../../runtime.ts';
import { settleAll } from '../../settleAll.ts';
import { audienceOf, type Reader } from '../audience.ts';
import { type Broadcast, postEvents } from '../fanOut.ts';
import { collectionWindow, noteSent } from './collectionWindow.ts';
import { mayWait, type Published } from './published.ts';
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
  const begunAt = runtime.clock.now();
  let windowOfAll: Row | undefined;
  const audience = await audienceOf(runtime, tenant, topic, (row) => {
    windowOfAll = row;
  });
  const [first, last] = [events.at(0), events.at(-1)];
  if (!first || !last) return;
  const listedAt = runtime.clock.now();
  const range = { epoch: last.epoch, from: first.seq, to: last.seq };
  const isListed = audience.some(({ followsAll }) => followsAll);
  const listed = isListed ? listChange(runtime, tenant, topic, range, listedAt) : Promise.resolve();
  const sinceMs = isListed ? noteSent(runtime, published) : undefined;
  const { now, inTopic, inAll } = waysTo(runtime, published, audience);
  const post = (to: readonly Reader[], what: Broadcast = published) => postEvents(runtime, what, to, begunAt);
  const through = (to: readonly Reader[], window: BatchWindow) =>
    throughWindow(runtime, window, {
      own: () => post(to),
      gathered: (these, readers) => post(readers, { tenant, topic: window.topic, events: these }),
    });
  await settleAll([
    listed,
    post(now),
    ...(inTopic.length > 0 ? [through(inTopic, topicWindow(runtime, published, first))] : []),
    ...(inAll.length > 0
      ? [
          // Whoever holds the window closes it and reads the list: so it is listed before the window is looked at.
          listed.then(
            () => through(inAll, collectionWindow(runtime, published, { listedAt, sinceMs, windowOfAll })),
            () => post(inAll),
          ),
        ]
      : []),
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
