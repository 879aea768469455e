import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LocalClock } from '../clock.ts';
import type { FunctionDescription } from '../template/readStack.ts';
import { account } from '../template/template.ts';
import { type Bundler, bundler } from './bundle.ts';
import { functionScope, scopeLine, scopes } from './functionScope.ts';
import { type InTurn, limitConcurrency } from './limitConcurrency.ts';

export interface FunctionsOptions {
  /** The repository's folder. */
  readonly root: string;
  readonly clock: LocalClock;
  /** What a function finds in its environment besides what the template gives it. */
  readonly env: (functionId: string) => Readonly<Record<string, string>>;
  /** Memory mode: the table that all functions share. */
  readonly table?: unknown;
  readonly log: (text: string) => void;
  /** How many invocations of a function run at the same time. @default 16 */
  readonly atOnce?: number | undefined;
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
   * time, or has not begun after `maxWaitMs` of real time (by default, there is no limit).
   */
  invoke(id: string, event: unknown, maxWaitMs?: number): Promise<unknown>;
  close(): Promise<void>;
}

type Handler = (event: unknown, context: unknown) => unknown;

interface Loaded {
  readonly description: FunctionDescription;
  readonly handler: Handler;
  readonly inTurn: InTurn;
}

/**
 * How many invocations of a function run at the same time in this process. With more, each takes so long that
 * its calls to the database time out and are repeated, and the stack never catches up.
 */
const defaultAtOnce = 16;
/** A function that may take longer than this mostly waits for others, so its invocations are not limited. */
const shortMs = 60_000;

/** What runs, and what it was built from. */
interface State {
  loaded: ReadonlyMap<string, Loaded>;
  descriptions: readonly FunctionDescription[];
  build: Bundler | undefined;
  generation: number;
  invocations: number;
}

/** The Lambda functions of one stack, each in one execution environment that serves several invocations at once. */
export function localFunctions(options: FunctionsOptions): Functions {
  // Not a number: a process keeps what it has imported under a path, also if this module is evaluated twice.
  const stackKey = randomUUID();
  // Below node_modules, so that the code finds its packages and no tool takes it for a source file.
  const folder = join(options.root, 'node_modules/.cache/tidings', stackKey);
  const stack: Stack = { ...options, stackKey, folder };
  const state: State = {
    loaded: new Map(),
    descriptions: [],
    build: undefined,
    generation: 0,
    invocations: 0,
  };
  return {
    load: (descriptions) => load(stack, state, descriptions),
    reload: () => reload(stack, state),
    invoke(id, event, maxWaitMs) {
      const fn = state.loaded.get(id);
      if (!fn) return Promise.reject(new Error(`There is no function ${id}.`));
      const work = fn.inTurn(() => run(fn, event, `${stackKey}-${++state.invocations}`), maxWaitMs);
      options.clock.hold(work);
      return work;
    },
    async close() {
      await state.build?.dispose();
      for (const key of scopes.keys()) if (key.startsWith(`${stackKey}/`)) scopes.delete(key);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The stack of the functions, and where their code is written. */
interface Stack extends FunctionsOptions {
  readonly stackKey: string;
  readonly folder: string;
}

async function load(stack: Stack, state: State, descriptions: readonly FunctionDescription[]): Promise<void> {
  const before = { build: state.build, descriptions: state.descriptions };
  const build = await bundler({
    root: stack.root,
    features: descriptions[0]?.features ?? '',
    entries: descriptions,
    memory: stack.table !== undefined,
    firstLine: (id) => scopeLine(`${stack.stackKey}/${id}`),
  });
  Object.assign(state, { build, descriptions });
  try {
    await reload(stack, state);
  } catch (error) {
    await build.dispose();
    Object.assign(state, before);
    throw error;
  }
  await before.build?.dispose();
}

async function reload(stack: Stack, state: State): Promise<void> {
  if (!state.build) return;
  const generation = ++state.generation;
  const { descriptions } = state;
  const code = await state.build.build();
  const files = join(stack.folder, String(generation));
  await mkdir(files, { recursive: true });
  try {
    const entries = await Promise.all(
      descriptions.map(async (description) => {
        const { id } = description;
        const file = join(files, `${id}-${stack.stackKey}-${generation}.mjs`);
        const handler = await evaluate(stack, description, file, code.get(id) ?? '');
        return [id, { description, handler, inTurn: turnsOf(description, stack) }] as const;
      }),
    );
    state.loaded = new Map(entries);
  } finally {
    await rm(files, { recursive: true, force: true });
  }
}

const turnsOf = ({ timeoutMs }: FunctionDescription, { atOnce = defaultAtOnce }: Stack): InTurn =>
  limitConcurrency(timeoutMs > shortMs ? Number.POSITIVE_INFINITY : atOnce);

async function evaluate(
  { env, clock, log, table, stackKey }: Stack,
  description: FunctionDescription,
  file: string,
  code: string,
): Promise<Handler> {
  const scope = functionScope({ env: environment(description, env(description.id)), clock, log, table });
  scopes.set(`${stackKey}/${description.id}`, scope);
  await writeFile(file, code);
  const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { handler?: Handler };
  if (typeof module.handler === 'function') return module.handler;
  throw new Error(`${description.entry} exports no function "handler".`);
}

async function run({ description, handler }: Loaded, event: unknown, requestId: string): Promise<unknown> {
  const context = invocationContext(description, requestId);
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<never>((_resolve, reject) => {
    const seconds = (description.timeoutMs / 1_000).toFixed(2);
    const tooLong = () => reject(new Error(`${description.id}: task timed out after ${seconds} seconds.`));
    timer = setTimeout(tooLong, description.timeoutMs);
  });
  try {
    return asJson(await Promise.race([handler(asJson(event), context), timedOut]));
  } finally {
    clearTimeout(timer);
  }
}

/** What Lambda itself puts into an environment, as far as code of ours may look at it: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
function environment({ id, env, memoryMb }: FunctionDescription, common: Readonly<Record<string, string>>) {
  return {
    ...common,
    AWS_LAMBDA_FUNCTION_NAME: id,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_REGION: account.region,
    ...env,
  };
}

function invocationContext({ id, arn, memoryMb, timeoutMs }: FunctionDescription, awsRequestId: string) {
  // A time-out is real time: a move of the clock must not end what is running.
  const end = performance.now() + timeoutMs;
  return {
    awsRequestId,
    functionName: id,
    functionVersion: '$LATEST',
    invokedFunctionArn: arn,
    memoryLimitInMB: String(memoryMb),
    logGroupName: `/aws/lambda/${id}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(end - performance.now())),
  };
}

function asJson(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}
