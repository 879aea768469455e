import { keys } from '../keys.ts';
import type { Head, Topic } from '../topics.ts';
import { fairTurns } from './turns.ts';

/**
 * The topic heads that this execution environment last wrote or read. For a busy topic they save each commit
 * a read. One may be stale: a commit on it then fails its condition. No request is refused because of a
 * cached head.
 */
export interface HeadCache {
  /**
   * Runs the commits of one topic one after the other, so that those in one process do not compete for the
   * same number. A deployed function handles one request at a time. There, a commit only waits here for a
   * request that was given up at its deadline and still runs. Users take turns, so that nobody waits for all
   * that another user sends.
   */
  inTurn<R>(tenant: string, topic: Topic, userId: string, work: () => Promise<R>): Promise<R>;
  get<S>(tenant: string, topic: Topic<S>): Head<S> | undefined;
  set<S>(tenant: string, topic: Topic<S>, head: Head<S>): void;
  delete(tenant: string, topic: Topic): void;
}

/** @param maxHeads how many heads to keep. The one written longest ago is dropped first. */
export function headCache(maxHeads = 500): HeadCache {
  const kept = new Map<string, Head>();
  const name = (tenant: string, topic: Topic) => {
    const { pk, sk } = keys.head(tenant, topic);
    return `${pk} ${sk}`;
  };
  const turns = fairTurns();
  return {
    inTurn: (tenant, topic, userId, work) => turns.run(name(tenant, topic), userId, work),
    get: <S>(tenant: string, topic: Topic<S>) => kept.get(name(tenant, topic)) as Head<S> | undefined,
    set(tenant, topic, head) {
      kept.delete(name(tenant, topic));
      kept.set(name(tenant, topic), head);
      const oldest = kept.keys().next();
      if (kept.size > maxHeads && !oldest.done) kept.delete(oldest.value);
    },
    delete: (tenant, topic) => void kept.delete(name(tenant, topic)),
  };
}
