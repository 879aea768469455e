import { leaversSince } from '../../connections/leavers.ts';
import { toSubscriber } from '../../connections/subscriber.ts';
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
 * To be asked after who follows all was read: it is noted that somebody leaves before it has left.
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
  const { table, clock } = runtime;
  const leavers = await leaversSince(table, tenant, all, clock.now() - inDoubtMs);
  const known = new Set(readers.map(({ connectionId }) => connectionId));
  const published = new Set(events.map(({ topic }) => topic?.id));
  const others = new Map(leavers.map((leaver) => [leaver.connectionId, leaver]));
  const apart = [...others.values()].map(async ({ userId, connectionId, ids }): Promise<Apart> => {
    const wanted = known.has(connectionId) ? [] : ids.filter((id) => published.has(id));
    // It may have left them, too, or lost the right to them.
    const rows = await Promise.all(
      wanted.map((id) => table.get(keys.subscriber(tenant, { kind: all.kind, id }, userId, connectionId))),
    );
    const still = new Set(
      wanted.filter((_, nth) => {
        const row = rows[nth];
        return row !== undefined && toSubscriber(row).ttl > clock.now() / 1000;
      }),
    );
    const theirs = events.filter(({ topic }) => topic?.id !== undefined && still.has(topic.id));
    return { reader: { connectionId, batch: rows.every((row) => row?.batch === true) }, events: theirs };
  });
  return (await Promise.all(apart)).filter(({ events: theirs }) => theirs.length > 0);
}
