import type { Follower } from './follower.ts';
import { pool } from './pool.ts';
import type { Ledger } from './publisher.ts';

/** What is wrong with what the followers saw, against what the publisher had acknowledged. */
export interface Comparison {
  /** Events that a follower was to see: each follower's of each topic. */
  readonly due: number;
  readonly lost: number;
  /** Another event than the acknowledged one under its number, or one more than there were. */
  readonly wrong: number;
  /** How often a state came in the place of events. */
  readonly resets: number;
}

const atOnce = 40;

/** Has every follower ask until it is level. One that never is must not keep the others from being judged. */
export async function catchUp(followers: readonly Follower[], patienceMs = 120_000): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMs);
  });
  await Promise.race([pool(followers, atOnce, (one) => one.sync()), tooLong]);
  clearTimeout(timer);
}

/** To be called when every follower has synchronised and nobody publishes any more. */
export function compare(followers: readonly Follower[], ledger: Ledger): Comparison {
  const sum = { due: 0, lost: 0, wrong: 0, resets: 0 };
  for (const { userId, logs } of followers) {
    for (const [topic, { from, seen, resets }] of logs) {
      const acknowledged = ledger.get(topic === 'user:me' ? `user:${userId}` : topic) ?? new Map();
      sum.resets += resets;
      for (const [seq, tag] of acknowledged) {
        if (seq <= from) continue;
        sum.due++;
        const got = seen[seq - from - 1];
        if (got === undefined) sum.lost++;
        else if (got !== tag) sum.wrong++;
      }
      const beyond = [...seen.keys()].filter((index) => !acknowledged.has(from + 1 + index));
      sum.wrong += beyond.length;
    }
  }
  return sum;
}
