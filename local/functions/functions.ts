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
  /** What every function finds in its environment besides its own. */
  readonly env: Readonly<Record<string, string>>;
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
   * time, or has not begun after `patienceMs` of real time (by default, there is no limit).
   */
  invoke(id: string, event: unknown, patienceMs?: number): Promise<unknown>;
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

/** The Lambda functions of one stack, each in one execution environment that serves several invocations at once. */
export function localFunctions(options: FunctionsOptions): Functions {
  const { root, clock, env, table, log, atOnce = defaultAtOnce } = options;
  // Not a number: a process keeps what it has imported under a path, also if this module is evaluated twice.
  const stackKey = randomUUID();
  // Below node_modules, so that the code finds its packages and no tool takes it for a source file.
  const folder = join(root, 'node_modules/.cache/tidings', stackKey);
  let loaded = new Map<string, Loaded>();
  let descriptions: readonly FunctionDescription[] = [];
  let build: Bundler | undefined;
  let generation = 0;
  let invocations = 0;

  async function reload() {
    if (!build) return;
    generation += 1;
    const generationKey = `${stackKey}-${generation}`;
    const code = await build.build();
    const files = join(folder, String(generation));
    await mkdir(files, { recursive: true });
    try {
      const entries = await Promise.all(
        descriptions.map(async (description) => {
          const handler = await evaluate(description, code.get(description.id) ?? '', files, generationKey);
          const inTurn = limitConcurrency(
            description.timeoutMs > shortMs ? Number.POSITIVE_INFINITY : atOnce,
          );
          return [description.id, { description, handler, inTurn }] as const;
        }),
      );
      loaded = new Map(entries);
    } finally {
      await rm(files, { recursive: true, force: true });
    }
  }

  async function evaluate(
    description: FunctionDescription,
    code: string,
    files: string,
    generationKey: string,
  ) {
    const scopeKey = `${stackKey}/${description.id}`;
    scopes.set(scopeKey, functionScope({ env: environment(description, env), clock, log, table }));
    const file = join(files, `${description.id}-${generationKey}.mjs`);
    await writeFile(file, code);
    const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { handler?: Handler };
    if (typeof module.handler !== 'function')
      throw new Error(`${description.entry} exports no function "handler".`);
    return module.handler;
  }

  async function run({ description, handler }: Loaded, event: unknown): Promise<unknown> {
    invocations += 1;
    const context = invocationContext(description, `${stackKey}-${invocations}`);
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

  return {
    async load(next) {
      const before = { build, descriptions };
      descriptions = next;
      build = await bundler({
        root,
        features: next[0]?.features ?? '',
        entries: next,
        memory: table !== undefined,
        firstLine: (id) => scopeLine(`${stackKey}/${id}`),
      });
      try {
        await reload();
      } catch (error) {
        await build.dispose();
        ({ build, descriptions } = before);
        throw error;
      }
      await before.build?.dispose();
    },
    reload,
    invoke(id, event, patienceMs) {
      const fn = loaded.get(id);
      if (!fn) return Promise.reject(new Error(`There is no function ${id}.`));
      const work = fn.inTurn(() => run(fn, event), patienceMs);
      clock.hold(work);
      return work;
    },
    async close() {
      await build?.dispose();
      for (const key of scopes.keys()) if (key.startsWith(`${stackKey}/`)) scopes.delete(key);
      await rm(folder, { recursive: true, force: true });
    },
  };
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
