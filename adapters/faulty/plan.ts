import type { Random } from '../../core/ports.ts';

/** The function dies just before, or just after, what it asked for was done. */
type Death = 'crash-before' | 'crash-after';

/** What can go wrong, by kind of operation: the same words as `local/faults.ts` and the gateway have for it. */
export interface FaultsOf {
  /** `get`, `getTogether` and `query`. */
  readonly read: 'throttled' | 'slow' | Death;
  /** `repeated`: the SDK sent it twice because the first answer was lost, so its own condition may stand in its way. */
  readonly write: 'throttled' | 'error-after' | 'repeated' | 'slow' | Death;
  /** `conflict` stands for a throttle too: the port has one answer for both. */
  readonly transact: 'conflict' | 'unknown-before' | 'unknown-after' | 'slow' | Death;
  /** `gone` says so of an open connection; `drop` says delivered, and nothing arrives. */
  readonly post: 'gone' | 'throttled' | 'error' | 'error-after' | 'drop' | 'slow' | Death;
  readonly close: 'error' | 'error-after' | 'slow' | Death;
  readonly probe: 'error' | 'slow' | Death;
  /** `poison` puts a message beside the others that no consumer understands. */
  readonly send: 'error' | 'error-after' | 'double' | 'reorder' | 'delay' | 'poison' | Death;
  /** `error`: the issuer's keys were never fetched, and are not to be had. */
  readonly verify: 'error' | 'slow' | Death;
  /** `slow` runs `$connect` and holds its answer back; `early` lets the client leave before it is over. */
  readonly connect: 'error' | 'slow' | 'early';
  readonly disconnect: 'lost' | 'double' | 'late';
}

export type Operation = keyof FaultsOf;

/** Asked at each operation; what it answers goes wrong this time. The same plan, asked the same, answers the same. */
export interface FaultPlan {
  /** @param subject whom the operation is about (a connection's id), for whoever writes the faults down. */
  next<O extends Operation>(operation: O, subject?: string): FaultsOf[O] | undefined;
}

/** The chance of each fault, 0 to 1. What is not named does not happen. */
export type FaultRates = { readonly [O in Operation]?: { readonly [F in FaultsOf[O]]?: number } };

/** Draws one fraction an operation, so a plan can be replayed from the seed of its randomness. */
export function seededPlan({
  random,
  rates,
}: {
  readonly random: Pick<Random, 'fraction'>;
  readonly rates: FaultRates;
}): FaultPlan {
  return {
    next<O extends Operation>(operation: O) {
      let left = random.fraction();
      const chances: { readonly [fault: string]: number | undefined } = rates[operation] ?? {};
      for (const [fault, chance = 0] of Object.entries(chances)) {
        left -= chance;
        if (left < 0) return fault as FaultsOf[O];
      }
      return undefined;
    },
  };
}

/** Answers what is written, in its order, and nothing after its end. */
export function scriptedPlan(
  script: {
    readonly [O in Operation]?: readonly (FaultsOf[O] | undefined)[];
  },
): FaultPlan {
  const asked = new Map<Operation, number>();
  return {
    next(operation) {
      const turn = asked.get(operation) ?? 0;
      asked.set(operation, turn + 1);
      return script[operation]?.[turn];
    },
  };
}

/** What an injected failure throws, so that it can be told from a bug. */
export class InjectedFault extends Error {
  override readonly name = 'InjectedFault';
}

/** The function died here. Nobody may answer it: whoever runs the function treats it as the end of the invocation. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** How the wrappers of this folder let time pass and functions die. */
export interface Faulty {
  readonly plan: FaultPlan;
  /** Waits out a slow operation. @default does not wait */
  readonly slow?: () => Promise<void>;
  /**
   * What a crash comes to. A promise that rejects runs the `catch` and `finally` blocks that a dead function would
   * not run; whoever can end an invocation for good returns one that never settles.
   * @default rejects with `Crash`
   */
  readonly crash?: () => Promise<never>;
}

/** Runs an operation around what is common to all: dying before or after it, and being slow. */
export async function failing<T>(
  { slow, crash = () => Promise.reject(new Crash()) }: Faulty,
  fault: string | undefined,
  operation: () => Promise<T>,
): Promise<T> {
  if (fault === 'crash-before') return crash();
  if (fault === 'slow') await slow?.();
  if (fault === 'error' || fault === 'throttled') throw new InjectedFault(fault);
  const result = await operation();
  if (fault === 'crash-after') return crash();
  if (fault === 'error-after') throw new InjectedFault(fault);
  return result;
}
