import type { Charge } from './unitsOf.ts';

/** What one partition takes in a second, whatever the table: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html */
const perSecond = { read: 3_000, write: 1_000 } as const;

/** How many partitions are remembered before those that are full again are forgotten. */
const maxKept = 10_000;

export interface PartitionThrottle {
  /** For each charge, whether its partition has nothing left, so that this request is refused. */
  over(charges: readonly Charge[]): readonly boolean[];
  /** Takes them, also beyond what is left: how much a read takes is known only once it is done. */
  take(charges: readonly Charge[]): void;
}

/**
 * A token bucket for the reads and one for the writes of each partition key, as if each had a partition of its own.
 *
 * @param now the stack's time: what a move of the clock makes due is done at its own time on the way, and on AWS would
 * be spread over it too. Real time would see hours of it within one second.
 */
export function partitionThrottle(now: () => number): PartitionThrottle {
  const buckets = new Map<string, { left: number; atMs: number }>();
  const full = (kind: Charge['kind']) => ({ left: perSecond[kind], atMs: now() });
  const filled = ({ kind, partition }: Charge) => {
    const { left, atMs } = buckets.get(`${kind} ${partition}`) ?? full(kind);
    const nowMs = now();
    const since = (Math.max(0, nowMs - atMs) * perSecond[kind]) / 1_000;
    return { left: Math.min(perSecond[kind], left + since), atMs: nowMs };
  };
  return {
    over: (charges) => charges.map((charge) => filled(charge).left <= 0),
    take(charges) {
      for (const charge of charges) {
        const { left, atMs } = filled(charge);
        buckets.set(`${charge.kind} ${charge.partition}`, { left: left - charge.units, atMs });
      }
      if (buckets.size <= maxKept) return;
      for (const [name, { atMs }] of buckets) if (now() - atMs > 60_000) buckets.delete(name);
    },
  };
}
