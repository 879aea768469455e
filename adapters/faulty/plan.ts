import type { Random } from '../../core/ports.ts';
import type { FaultOf, Operation } from './faults.ts';

/**
 * Asked at each operation. Its answer is the fault to inject this time. The same plan gives the same answers
 * to the same questions.
 */
export interface FaultPlan {
  /** @param subject the subject of the operation (a connection's id), for the journal of faults. */
  next<O extends Operation>(operation: O, subject?: string): FaultOf<O> | undefined;
}

/** The chance of each fault, 0 to 1. Faults that are not named do not happen. */
export type FaultRates = { readonly [O in Operation]?: { readonly [F in FaultOf<O>]?: number } };

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
        if (left < 0) return fault as FaultOf<O>;
      }
      return undefined;
    },
  };
}

/** Gives these answers in order, and no faults after the last. */
export function scriptedPlan(
  script: {
    readonly [O in Operation]?: readonly (FaultOf<O> | undefined)[];
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

/** The error of an injected failure, to tell it from a bug. */
export class InjectedFault extends Error {
  override readonly name = 'InjectedFault';
}

/**
 * The function died here. No code may handle this: the caller of the function treats it as the end of the
 * invocation.
 */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** How the wrappers of this folder let time pass and functions die. */
export interface Faulty {
  readonly plan: FaultPlan;
  /** Waits out a slow operation. @default does not wait */
  readonly slow?: () => Promise<void>;
  /**
   * What happens on a crash. A rejected promise runs the `catch` and `finally` blocks that a dead function
   * would not run. A caller that can end an invocation for good returns a promise that never settles.
   *
   * @default rejects with `Crash`
   */
  readonly crash?: () => Promise<never>;
}

/** Runs an operation with the faults that all kinds share: death before or after it, and slowness. */
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
