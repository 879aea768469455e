import { Console } from 'node:console';
import { Writable } from 'node:stream';
import type { Clock } from '@tidings/gateway';

/** What a function sees instead of the globals of the same name. */
export interface FunctionScope {
  readonly process: NodeJS.Process;
  readonly Date: DateConstructor;
  readonly console: Console;
  /** The one shared table of memory mode. */
  readonly table: unknown;
}

export interface ScopeOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Pick<Clock, 'now'>;
  /** Where the function's console and its standard output go, whole lines. */
  readonly log: (text: string) => void;
  readonly table?: unknown;
}

/**
 * Shadowed globals, instead of an AsyncLocalStorage around each call or a worker for each function. A module
 * reads its environment when it is first evaluated, outside of any call, and workers could share neither
 * memory nor clock.
 */
export function functionScope({ env, clock, log, table }: ScopeOptions): FunctionScope {
  const ownEnv: NodeJS.ProcessEnv = { ...env };
  const output = new Writable({
    write(chunk, _encoding, done) {
      log(String(chunk).trimEnd());
      done();
    },
  });
  const own: Readonly<Record<string | symbol, unknown>> = { env: ownEnv, stdout: output, stderr: output };
  return {
    process: new Proxy(process, {
      get: (target, name) => own[name] ?? Reflect.get(target, name, target),
    }),
    Date: new Proxy(Date, {
      construct: (target, parts) => Reflect.construct(target, parts.length === 0 ? [clock.now()] : parts),
      apply: (target) => new target(clock.now()).toString(),
      get: (target, name) => (name === 'now' ? clock.now : Reflect.get(target, name, target)),
    }),
    console: new Console(output, output),
    table,
  };
}

const registryKey = Symbol.for('tidings.local.scopes');

/**
 * Scopes by key. The first line of a function's code looks its own up here, since a module cannot be given
 * parameters.
 */
export const scopes: Map<string, FunctionScope> = registry();

function registry(): Map<string, FunctionScope> {
  const globals = globalThis as { [registryKey]?: Map<string, FunctionScope> };
  globals[registryKey] ??= new Map();
  return globals[registryKey];
}

/** The first line of a function's code. It stays one line, so that source maps stay right. */
export function scopeLine(key: string): string {
  const found = `globalThis[Symbol.for(${JSON.stringify(registryKey.description)})].get(${JSON.stringify(key)})`;
  return `const { process, Date, console, table: ${sharedTableName} } = ${found};`;
}

/** The name under which a function's code finds the shared table of memory mode. */
export const sharedTableName = '__tidingsSharedTable';
