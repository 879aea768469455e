import { isCollection } from '@tidings/protocol';
import { readAll } from '../allRows.ts';
import { keys } from '../keys.ts';
import type { Table, Write } from '../ports.ts';
import { codec } from '../rows.ts';
import type { Topic } from '../topics.ts';
import type { Connection } from './connections.ts';

/** A connection that left all topics of a kind, and goes on to follow some of them by itself. */
export interface Leaver {
  readonly userId: string;
  readonly connectionId: string;
  /** Of the topics that it goes on to follow. */
  readonly ids: readonly string[];
}
interface LeaverRow extends Leaver {
  readonly ttl: number;
}
const leaverCodec = codec<LeaverRow>();

const keptSeconds = 3600;

type Leaving = Pick<Connection, 'principal' | 'connectionId' | 'batch' | 'topics'>;

/**
 * Notes who leaves all topics of a kind while it follows some of them by itself: publishers that know it as it was
 * leave events of those to the batch window of all, whose holder does not find it among those who follow all any more.
 * They belong to the transaction by which it leaves.
 */
export function leavingWrites(
  { principal, connectionId, batch, topics }: Leaving,
  left: readonly Topic[],
  now: number,
): readonly Write[] {
  if (!batch) return [];
  const { tenant, userId } = principal;
  return left.filter(isCollection).flatMap((all) => {
    const ids = topics.flatMap((topic) =>
      topic.kind === all.kind && topic.id !== undefined && !isCollection(topic) ? [topic.id] : [],
    );
    if (ids.length === 0) return [];
    const row = { userId, connectionId, ids, ttl: Math.ceil(now / 1000) + keptSeconds };
    return [{ put: leaverCodec.toRow(keys.leaver(tenant, all, now, connectionId), row) }];
  });
}

/** Those who left all topics of a kind since a time. */
export async function leaversSince(
  table: Table,
  tenant: string,
  all: Topic,
  since: number,
): Promise<readonly Leaver[]> {
  const rows = await readAll(table, keys.leavers(tenant, all, since));
  return rows.map(leaverCodec.fromRow);
}
