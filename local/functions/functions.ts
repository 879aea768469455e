import { randomUUID } from 'node:crypto';
import type { LocalClock } from '../clock.ts';
import type { FunctionDescription } from '../template/readStack.ts';
import { type Bundler, bundler } from './bundle.ts';
import { concurrency, defaultConcurrency } from './concurrency.ts';
import type { EnvironmentParts } from './environment.ts';
import { type Environments, openEnvironments } from './environments.ts';
import { type InTurn, limitConcurrency } from './limitConcurrency.ts';

export interface FunctionsOptions {
  /** The repository's folder. */
  readonly root: string;
  readonly clock: LocalClock;
  /** What an execution environment of a function finds in its variables besides what the template gives it. */
  readonly env: EnvironmentParts['env'];
  /** Memory mode: the table that all functions share. */
  readonly table?: object | undefined;
  readonly dialer?: EnvironmentParts['dialer'];
  readonly log: (text: string) => void;
  /** How many invocations of a function run at the same time; the others wait for the machine. @default 8 */
  readonly atOnce?: number | undefined;
  /** How many executions the account has, of all functions together; more are refused. @default 1,000 */
  readonly concurrency?: number | undefined;
}

export interface Functions {
  /**
   * Builds and loads these. The old code stays in use until all of it is loaded.
   *
   * @throws {Error} with the build's messages.
   */
  load(descriptions: readonly FunctionDescription[]): Promise<void>;
  /** Builds and loads the same functions again. @throws {Error} as `load` does; the old code stays. */
  reload(): Promise<void>;
  /**
   * Runs a function, in its turn. Event and answer are copied as JSON. Rejects if it throws, runs out of
   * time, or has not begun after `maxWaitMs` of real time (by default, there is no limit); with
   * `TooManyRequestsException` if the account runs as many as it may.
   */
  invoke(id: string, event: unknown, maxWaitMs?: number): Promise<unknown>;
  close(): Promise<void>;
}

interface Loaded {
  readonly environments: Environments;
  readonly inTurn: InTurn;
}

/**
 * How many invocations of a function run at the same time on this machine. With more, each takes so long that
 * its calls to the database time out and are repeated, and the stack never catches up; and more environments are evaluated,
 * each of which then runs code that is not warm.
 */
const defaultAtOnce = 8;
/** A function that may take longer than this mostly waits for others, so its invocations are not limited. */
const shortMs = 60_000;

/** What runs, and what it was built from. */
interface State {
  loaded: ReadonlyMap<string, Loaded>;
  descriptions: readonly FunctionDescription[];
  build: Bundler | undefined;
  invocations: number;
}

/** The Lambda functions of one stack. */
export function localFunctions(options: FunctionsOptions): Functions {
  const key = randomUUID();
  const state: State = { loaded: new Map(), descriptions: [], build: undefined, invocations: 0 };
  const account = concurrency(options.concurrency ?? defaultConcurrency);
  return {
    load: (descriptions) => load(options, state, descriptions),
    reload: () => reload(options, state),
    invoke(id, event, maxWaitMs) {
      const fn = state.loaded.get(id);
      if (!fn) return Promise.reject(new Error(`There is no function ${id}.`));
      const run = () => fn.environments.run(event, `${key}-${++state.invocations}`);
      // One that waits for this machine counts as well: on AWS it would be running.
      const work = account.within(() => fn.inTurn(run, maxWaitMs));
      options.clock.hold(work);
      return work;
    },
    async close() {
      await state.build?.dispose();
      for (const { environments } of state.loaded.values()) environments.end();
    },
  };
}

async function load(
  options: FunctionsOptions,
  state: State,
  descriptions: readonly FunctionDescription[],
): Promise<void> {
  const before = { build: state.build, descriptions: state.descriptions };
  const build = await bundler({
    root: options.root,
    features: descriptions[0]?.features ?? '',
    entries: descriptions,
    memory: options.table !== undefined,
  });
  Object.assign(state, { build, descriptions });
  try {
    await reload(options, state);
  } catch (error) {
    await build.dispose();
    Object.assign(state, before);
    throw error;
  }
  await before.build?.dispose();
}

async function reload(options: FunctionsOptions, state: State): Promise<void> {
  if (!state.build) return;
  const modules = await state.build.build();
  const opened = await Promise.allSettled(
    state.descriptions.map(async (description): Promise<readonly [string, Loaded]> => {
      const open = modules.get(description.id);
      if (!open) throw new Error(`There is no code of ${description.id}.`);
      const environments = await openEnvironments({ ...options, description, open }, options.clock);
      return [description.id, { environments, inTurn: turnsOf(description, options) }];
    }),
  );
  const loaded = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = opened.find((one) => one.status === 'rejected');
  if (failed) {
    for (const [, { environments }] of loaded) environments.end();
    throw failed.reason;
  }
  const before = state.loaded;
  state.loaded = new Map(loaded);
  for (const { environments } of before.values()) environments.retire();
}

const turnsOf = ({ timeoutMs }: FunctionDescription, { atOnce = defaultAtOnce }: FunctionsOptions): InTurn =>
  limitConcurrency(timeoutMs > shortMs ? Number.POSITIVE_INFINITY : atOnce);
