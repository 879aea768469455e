import { keys } from '../../keys.ts';
import { changesFrom } from '../../log/changes.ts';
import { readEvents } from '../../log/loggedEvent.ts';
import type { Runtime } from '../../runtime.ts';
import type { Topic } from '../../topics.ts';
import { audienceOf } from '../audience.ts';
import type { SentEvent } from '../batch.ts';
import type { FollowersOfAll } from './followersOfAll.ts';
import { isNear } from './lastSent.ts';
import { eventsForLeavers } from './leaversOfAll.ts';
import type { Published } from './published.ts';
import { recipientsOfAll } from './recipients.ts';
import type { BatchWindow } from './throughWindow.ts';
import { isTopicBusy } from './topicWindow.ts';

const logsAtOnce = 16;

interface Found extends Pick<FollowersOfAll, 'window' | 'isCurrent'> {
  /** When the own events were listed. */
  readonly listedAt: number;
  /** How long ago this environment last published for it. */
  readonly sinceMs: number | undefined;
}

/**
 * Gathers the events of all topics of a kind, for those who follow them as one. It begins with a time of the list of
 * changes, in which whoever enters it has listed its own.
 */
export function collectionWindow(
  runtime: Runtime,
  published: Published,
  { listedAt, sinceMs, window, isCurrent }: Found,
): BatchWindow {
  const { tenant } = published;
  const topic: Topic = { kind: published.topic.kind, id: '*' };
  const lengthMs = runtime.settings.collectionBatchMs;
  return {
    topic,
    key: keys.batchWindow(tenant, topic),
    own: { from: listedAt },
    lengthMs,
    reach: lengthMs,
    found: window,
    isCurrent,
    mayOpen(last) {
      // A window begins where its opener listed. Who took longer for that would send again what others have sent meanwhile.
      if (runtime.clock.now() - listedAt > lengthMs) return false;
      const isWorth = isNear(runtime, sinceMs) || isTopicBusy(runtime, published);
      // One that is still open was left by somebody who died.
      return isWorth || last?.open === true || isNear(runtime, last && listedAt - last.until);
    },
    eventsFrom: (from) => listedEvents(runtime, tenant, topic, from),
    readers: async () => recipientsOfAll(runtime, await audienceOf(runtime, tenant, topic)),
    apart: (events, readers) => eventsForLeavers(runtime, tenant, topic, events, readers),
  };
}

/** The events that were listed from a time on: those of each topic in their order. */
async function listedEvents(
  { table }: Runtime,
  tenant: string,
  topic: Topic,
  from: number,
): Promise<readonly SentEvent[]> {
  const left = [...(await changesFrom(table, tenant, topic, from))];
  const events: SentEvent[] = [];
  while (left.length > 0) {
    const logs = left.splice(0, logsAtOnce).map(async ({ id, ...range }) => {
      const of = { kind: topic.kind, id };
      const pk = keys.logPartition(tenant, of, range.epoch);
      return (await readEvents(table, { pk, ...range })).map((event) => ({ ...event, topic: of }));
    });
    events.push(...(await Promise.all(logs)).flat());
  }
  return events;
}
