import { headCache } from '../../../core/log/headCache.ts';
import type { Random, Table } from '../../../core/ports.ts';
import type { Runtime } from '../../../core/runtime.ts';
import type { Scheduler } from '../world/scheduler.ts';

interface Parts {
  /** What does not differ between environments. */
  readonly memory: Runtime;
  readonly time: Scheduler;
  readonly random: Random;
  readonly table: Table;
  /** How probable a fault is. */
  readonly p: number;
  /** By how much a clock is off at most, either way. */
  readonly skewMs: number;
}

/** An environment that may die at any of its calls: what it was about then never ends. */
export interface MortalEnvironment {
  readonly runtime: Runtime;
  /** Milliseconds since 1970, by nobody's clock; absent: it lives. */
  diedAt(): number | undefined;
}

/** Environments over one table, with clocks that differ, functions that die, calls that are late or without an answer. */
export function mortalEnvironments({ memory, time, random, table: shared, p, skewMs }: Parts) {
  const chance = (probability: number) => random.fraction() < probability;
  let deaths = 0;

  /** @param seen the same table, with something around its calls as they reach it. */
  const begin = (seen: (table: Table) => Table = (table) => table): MortalEnvironment => {
    const near = seen(shared);
    let diedAt: number | undefined;
    const never = () => new Promise<never>(() => {});
    const mayDie = () => {
      if (diedAt !== undefined || !chance(p / 4)) return;
      deaths++;
      diedAt = time.now();
    };
    const mortal = async <T>(call: () => Promise<T>): Promise<T> => {
      mayDie();
      if (diedAt !== undefined) return never();
      const result = await call();
      mayDie();
      return diedAt === undefined ? result : never();
    };
    const late = <T>(call: () => Promise<T>, isSlow = chance(p / 4)) =>
      mortal(async () => {
        await time.wait(random.fraction() * (isSlow ? 2000 : 15));
        return call();
      });
    const unanswered = async <T>(call: () => Promise<T>): Promise<T> => {
      if (!chance(p)) return call();
      if (chance(0.5)) await call();
      throw new Error('no answer');
    };
    /** The SDK sends again what it has no answer to, also where it was done. */
    const sentTwice = async <T>(call: () => Promise<T>): Promise<T> => {
      if (!chance(p)) return call();
      await call();
      await time.wait(random.fraction() * 100);
      return call();
    };
    const table: Table = {
      get: (key) => late(() => near.get(key)),
      getTogether: (keys) => late(() => near.getTogether(keys)),
      query: (range) => late(() => near.query(range)),
      write: (write) => late(() => unanswered(() => sentTwice(() => near.write(write)))),
      transact: (writes, token) =>
        late(
          async () => {
            if (chance(p)) return { outcome: 'conflict' };
            const isHeard = !chance(p);
            if (!isHeard && chance(0.5)) return { outcome: 'unknown' };
            const result = await near.transact(writes, token);
            return isHeard ? result : { outcome: 'unknown' };
          },
          chance(2 * p),
        ),
    };
    const { post } = memory.sockets;
    const sockets = { ...memory.sockets, post: (id: string, frame: string) => late(() => post(id, frame)) };
    const skew = (random.fraction() * 2 - 1) * skewMs;
    const clock = {
      now: () => time.now() + Math.round(skew),
      wait: (ms: number) => mortal(() => time.wait(ms)),
    };
    const runtime = { ...memory, random, table, sockets, clock, headCache: headCache(), lastSent: new Map() };
    return { runtime, diedAt: () => diedAt };
  };
  return { begin, deaths: () => deaths };
}
