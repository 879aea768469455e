import { Console } from 'node:console';
import { Writable } from 'node:stream';
import type { Clock } from '@tidings/gateway';
import { dial as dialNetwork } from '../../adapters/apigateway/dial.ts';
import type { Freezer } from './freezer.ts';
import { type FrozenTimers, frozenTimers } from './frozenTimers.ts';

/** The name under which a function's code finds the shared table of memory mode. */
export const sharedTableName = '__tidingsSharedTable';
/** And the one of what opens connections for posts. */
export const dialName = '__tidingsDial';

export type Dial = typeof dialNetwork;

/** What a function sees instead of the globals of the same name. */
export interface FunctionScope extends FrozenTimers {
  readonly process: NodeJS.Process;
  readonly Date: DateConstructor;
  readonly console: Console;
  /** The one shared table of memory mode. */
  readonly [sharedTableName]: unknown;
  readonly [dialName]: Dial;
}

/** The names of a scope. */
export const scopeNames = [
  ...['process', 'Date', 'console', sharedTableName, dialName, 'fetch'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate'],
] as const satisfies (keyof FunctionScope)[];

export interface ScopeOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Pick<Clock, 'now'>;
  /** Where the function's console and its standard output go, whole lines. */
  readonly log: (text: string) => void;
  readonly table?: object | undefined;
  /** Opens connections for posts. @default by the network */
  readonly dial?: Dial | undefined;
  /** Whether the execution environment runs. */
  readonly environment: Freezer;
}

/**
 * The scope of one execution environment. Shadowed globals, instead of an AsyncLocalStorage around each call or a worker
 * for each environment: a module reads its environment when it is first evaluated, outside of any call, and workers could
 * share neither memory nor clock.
 *
 * @returns it, and what ends its timers
 */
export function functionScope({ env, clock, log, table, dial = dialNetwork, environment }: ScopeOptions): {
  scope: FunctionScope;
  end(): void;
} {
  const ownEnv: NodeJS.ProcessEnv = { ...env };
  const output = new Writable({
    write(chunk, _encoding, done) {
      if (environment.state !== 'gone') log(String(chunk).trimEnd());
      done();
    },
  });
  const own: Readonly<Record<string | symbol, unknown>> = { env: ownEnv, stdout: output, stderr: output };
  const { timers, clear } = frozenTimers(environment);
  const scope = {
    ...timers,
    process: new Proxy(process, {
      get: (target, name) => own[name] ?? Reflect.get(target, name, target),
    }),
    Date: new Proxy(Date, {
      construct: (target, parts) => Reflect.construct(target, parts.length === 0 ? [clock.now()] : parts),
      apply: (target) => new target(clock.now()).toString(),
      get: (target, name) => (name === 'now' ? clock.now : Reflect.get(target, name, target)),
    }),
    console: new Console(output, output),
    [sharedTableName]: table && frozenTable(table, environment),
    [dialName]: dial,
  };
  return { scope, end: clear };
}

/** The shared table as a database is asked: what an environment that does not run asks for, waits. */
function frozenTable(table: object, environment: Freezer): object {
  return new Proxy(table, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...values: unknown[]) =>
        environment.state === 'running'
          ? value.apply(target, values)
          : new Promise((resolve) => {
              environment.whenRunning(() => resolve(value.apply(target, values)));
            });
    },
  });
}
