import { keys } from '../keys.ts';
import type { Head, Topic } from '../topics.ts';
import { fairTurns } from './turns.ts';

/**
 * The heads that this execution environment wrote or read last, which spares a busy topic's commits a read.
 * One may be stale at any time: a commit on it then fails its condition, and nothing is ever refused on its word.
 */
export interface HeadCache {
  /**
   * Runs commits of one topic one after the other. In a deployed function one request runs at a time and never
   * waits here; where one process serves them all, they would otherwise only take each other's numbers away.
   * Users take turns too: nobody waits behind all that another one sends.
   */
  inTurn<R>(tenant: string, topic: Topic, userId: string, work: () => Promise<R>): Promise<R>;
  get<S>(tenant: string, topic: Topic<S>): Head<S> | undefined;
  set<S>(tenant: string, topic: Topic<S>, head: Head<S>): void;
  delete(tenant: string, topic: Topic): void;
}

/** @param maxHeads how many heads to keep; the one that was written longest ago goes first. */
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
