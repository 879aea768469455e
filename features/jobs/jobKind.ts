import type { Role } from '@tidings/protocol';
import type * as z from 'zod/mini';
import type { Runtime } from '../../core/runtime.ts';
import type { Settings } from '../../core/settings.ts';
import type { Right } from '../../core/work/workers.ts';
import type { Translator } from './translator.ts';

/** The runtime of the function that runs jobs. */
export interface JobRuntime extends Runtime {
  readonly translator: Translator;
}

/** A running job, as its kind sees it. */
export interface JobWork {
  readonly runtime: JobRuntime;
  readonly tenant: string;
  /** Sends the user's devices how much is done, from 0 to 1. */
  readonly progress: (done: number) => Promise<void>;
}

/** A kind of job. A new kind is a file like `translate.ts`, and an entry in the list given to `jobs`. */
export interface JobKind {
  readonly name: string;
  readonly roles: readonly Role[] | 'any';
  readonly input: z.ZodMiniType;
  /** Permissions on AWS that its work needs, besides those of every function that answers and sends. */
  readonly allow?: (settings: Settings) => readonly Right[];
  /** Variables of the environment of the function that runs jobs, such as an address. No secrets. */
  readonly environment?: (settings: Settings) => Readonly<Record<string, string>>;
  /**
   * Does the work, and returns the output of the job. It may run again after it failed or its function died.
   * A thrown ProtocolError fails the job for good. After any other error it is tried again.
   */
  readonly run: (work: JobWork, input: unknown) => Promise<object>;
}

/** Declares a kind. Its schema gives the input its type. */
export function jobKind<S extends z.ZodMiniType>(
  kind: Omit<JobKind, 'input' | 'run'> & {
    readonly input: S;
    readonly run: (work: JobWork, input: z.output<S>) => Promise<object>;
  },
): JobKind {
  return { ...kind, run: (work, input) => kind.run(work, input as z.output<S>) };
}
