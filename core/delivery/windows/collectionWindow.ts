import { keys } from '../../keys.ts';
import { changesFrom } from '../../log/changes.ts';
import { readEvents } from '../../log/loggedEvent.ts';
import type { Row } from '../../ports.ts';
import type { Runtime } from '../../runtime.ts';
import type { Topic } from '../../topics.ts';
import { audienceOf } from '../audience.ts';
import type { SentEvent } from '../batch.ts';
import { toWindow } from './batchWindow.ts';
import { eventsForLeavers } from './leaversOfAll.ts';
import type { Published } from './published.ts';
import { recipientsOfAll } from './recipients.ts';
import type { BatchWindow } from './throughWindow.ts';
import { isTopicBusy } from './topicWindow.ts';

/** Two events within so many lengths of a window are worth one. */
const worthLengths = 2;
/** How many collections an environment remembers. */
const maxRemembered = 500;
const logsAtOnce = 16;

const allOf = ({ kind }: Topic): Topic => ({ kind, id: '*' });

const keyOf = ({ tenant, topic }: Published) => keys.batchWindow(tenant, allOf(topic));

/** Notes that this environment publishes for a collection. @returns how long ago it last did, in milliseconds, if ever. */
export function noteSent({ lastSent, clock }: Runtime, published: Published): number | undefined {
  const { pk } = keyOf(published);
  const now = clock.now();
  const before = lastSent.get(pk);
  lastSent.delete(pk);
  lastSent.set(pk, now);
  const oldest = lastSent.keys().next();
  if (lastSent.size > maxRemembered && !oldest.done) lastSent.delete(oldest.value);
  return before === undefined ? undefined : now - before;
}

interface Found {
  /** When the own events were listed. */
  readonly listedAt: number;
  /** How long ago this environment last published for it. */
  readonly sinceMs: number | undefined;
  /** As it was when its readers were read, before that. */
  readonly windowOfAll: Row | undefined;
}

/**
 * Gathers the events of all topics of a kind, for those who follow them as one. It begins with a time of the list of
 * changes, in which whoever enters it has listed its own.
 */
export function collectionWindow(
  runtime: Runtime,
  published: Published,
  { listedAt, sinceMs, windowOfAll }: Found,
): BatchWindow {
  const { tenant } = published;
  const topic = allOf(published.topic);
  const lengthMs = runtime.settings.collectionBatchMs;
  const isNear = (agoMs: number) => agoMs < worthLengths * lengthMs;
  const isWorth = isNear(sinceMs ?? Number.POSITIVE_INFINITY) || isTopicBusy(runtime, published);
  return {
    topic,
    key: keyOf(published),
    own: { from: listedAt },
    lengthMs,
    reach: lengthMs,
    amongReaders: { found: toWindow(windowOfAll) },
    mayOpen(last) {
      // A window begins where its opener listed. Who took longer for that would send again what others have sent meanwhile.
      if (runtime.clock.now() - listedAt > lengthMs) return false;
      // One that is still open was left by somebody who died.
      return isWorth || last?.open === true || isNear(listedAt - (last?.until ?? 0));
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
