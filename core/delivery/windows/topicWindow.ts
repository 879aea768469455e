import { keys } from '../../keys.ts';
import type { LoggedRange } from '../../log/changes.ts';
import { readEvents } from '../../log/loggedEvent.ts';
import type { Runtime } from '../../runtime.ts';
import { audienceOf } from '../audience.ts';
import type { WindowRow } from './batchWindow.ts';
import { mayWait, type Published } from './published.ts';
import { recipientsOfTopic } from './recipients.ts';
import type { BatchWindow } from './throughWindow.ts';

/** In numbers of the log. */
const reach = 50;

/** Whether the topic has had an event just before. */
export function isTopicBusy(runtime: Runtime, published: Published): boolean {
  const { batchMs } = runtime.settings;
  return mayWait(runtime, published, batchMs) && (published.quietMs ?? 0) < batchMs;
}

/** Gathers the events of a topic, but for those who follow all topics of its kind: they are sent those of all. */
export function topicWindow(
  runtime: Runtime,
  { tenant, topic }: Published,
  { epoch, from: own }: LoggedRange,
  found: WindowRow | undefined,
): BatchWindow {
  const pk = keys.logPartition(tenant, topic, epoch);
  return {
    topic,
    key: keys.batchWindow(tenant, topic),
    own: { epoch, from: own },
    lengthMs: runtime.settings.batchMs,
    reach,
    mayOpen: () => true,
    found,
    // Its holder finds what is committed, and the readers are read after that.
    isCurrent: true,
    eventsFrom: (from) => readEvents(runtime.table, { pk, epoch, from }),
    readers: async () => recipientsOfTopic(runtime, await audienceOf(runtime, tenant, topic)),
  };
}
