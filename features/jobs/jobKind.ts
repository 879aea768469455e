import type { Role } from '@tidings/protocol';
import type * as z from 'zod/mini';
import type { Runtime } from '../../core/runtime.ts';
import type { Translator } from './translator.ts';

/** What the function that does jobs works with. */
export interface JobRuntime extends Runtime {
  readonly translator: Translator;
}

/** One job under way, as its kind sees it. */
export interface JobWork {
  readonly runtime: JobRuntime;
  readonly tenant: string;
  /** Tells the user's devices how much is done, from 0 to 1. */
  readonly progress: (done: number) => Promise<void>;
}

/** A kind of job. A file in `kinds/` and a line in the list beside it add one. */
export interface JobKind {
  readonly name: string;
  readonly roles: readonly Role[] | 'any';
  readonly input: z.ZodMiniType;
  /**
   * Does the work; what it returns is the output of the job. It may run again after it failed or died.
   * A thrown ProtocolError fails the job for good; anything else is tried again.
   */
  readonly run: (work: JobWork, input: unknown) => Promise<object>;
}

/** Declares a kind, with the type that its own schema gives its input. */
export function jobKind<S extends z.ZodMiniType>(
  kind: Omit<JobKind, 'input' | 'run'> & {
    readonly input: S;
    readonly run: (work: JobWork, input: z.output<S>) => Promise<object>;
  },
): JobKind {
  return { ...kind, run: (work, input) => kind.run(work, input as z.output<S>) };
}
