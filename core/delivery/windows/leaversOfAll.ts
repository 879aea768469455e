import { type Leaver, leaversSince } from '../../connections/leavers.ts';
import { type Subscriber, toSubscriber } from '../../connections/subscriber.ts';
import { keys } from '../../keys.ts';
import type { Runtime } from '../../runtime.ts';
import type { Topic } from '../../topics.ts';
import type { Reader } from '../audience.ts';
import type { SentEvent } from '../batch.ts';
import { inDoubtMs } from './recipients.ts';

/** What one reader alone gets of a window. */
export interface Apart {
  readonly reader: Reader;
  readonly events: readonly SentEvent[];
}

/**
 * What who has just left all topics of a kind gets of their window: the events of those that it still follows by itself.
 * To be asked after who follows all was read: who is not among those any more has its note.
 *
 * @param readers get all of it.
 */
export async function eventsForLeavers(
  runtime: Runtime,
  tenant: string,
  all: Topic,
  events: readonly SentEvent[],
  readers: readonly Reader[],
): Promise<readonly Apart[]> {
  const leavers = await leaversSince(runtime.table, tenant, all, runtime.clock.now() - inDoubtMs);
  const known = new Set(readers.map(({ connectionId }) => connectionId));
  const published = new Set(events.map(({ topic }) => topic?.id));
  const gone = leavers.filter(({ connectionId }) => !known.has(connectionId));
  // Whoever left twice is sent to once.
  const others = new Map(gone.map((leaver) => [leaver.connectionId, leaver]));
  const apart = [...others.values()].map(async (leaver): Promise<Apart> => {
    const { connectionId } = leaver;
    const wanted = leaver.ids.filter((id) => published.has(id));
    const topics = wanted.map((id) => ({ kind: all.kind, id }));
    const followed = await stillFollowed(runtime, tenant, leaver, topics);
    const theirs = events.filter(({ topic }) => topic?.id !== undefined && followed.has(topic.id));
    const batch = [...followed.values()].every((subscriber) => subscriber.batch);
    return { reader: { connectionId, batch }, events: theirs };
  });
  return (await Promise.all(apart)).filter(({ events: theirs }) => theirs.length > 0);
}

/** The subscriptions that a leaver still has to these topics, by id: it may have left them, too, or lost the right to them. */
async function stillFollowed(
  { table, clock }: Runtime,
  tenant: string,
  { userId, connectionId }: Leaver,
  topics: readonly Topic[],
): Promise<ReadonlyMap<string | undefined, Subscriber>> {
  const found = topics.map(async (topic) => {
    const row = await table.get(keys.subscriber(tenant, topic, userId, connectionId));
    const subscriber = row && toSubscriber(row);
    return subscriber && subscriber.ttl > clock.now() / 1000 ? [[topic.id, subscriber] as const] : [];
  });
  return new Map((await Promise.all(found)).flat());
}
