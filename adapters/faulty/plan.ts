import type { Random } from '../../core/ports.ts';

/** The function dies just before, or just after, the operation. */
type Death = 'crash-before' | 'crash-after';

/** What can fail, by kind of operation, in the same words as in `local/faults.ts` and the gateway. */
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
  /** To the event bus. */
  readonly put: 'error' | 'error-after' | 'slow' | Death;
  /** `error`: the issuer's keys were never fetched, and are not to be had. */
  readonly verify: 'error' | 'slow' | Death;
  /** `slow` runs `$connect` and holds its answer back; `early` lets the client leave before it is over. */
  readonly connect: 'error' | 'slow' | 'early';
  readonly disconnect: 'lost' | 'double' | 'late';
  /** A batch of the table's stream: `error` hands it to nobody, and `double` to its function once more. */
  readonly stream: 'error' | 'double' | 'late';
}

export type Operation = keyof FaultsOf;

/**
 * Asked at each operation. Its answer is the fault to inject this time. The same plan gives the same answers
 * to the same questions.
 */
export interface FaultPlan {
  /** @param subject the subject of the operation (a connection's id), for the journal of faults. */
  next<O extends Operation>(operation: O, subject?: string): FaultsOf[O] | undefined;
}

/** The chance of each fault, 0 to 1. Faults that are not named do not happen. */
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

/** Gives these answers in order, and no faults after the last. */
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
