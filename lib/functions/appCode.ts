import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IConstruct } from 'constructs';

/** Where an app's own code stands. */
export interface AppCode {
  /** The folder that holds its cdk.json and its package.json. */
  readonly root: string;
  /** The module that exports the list `features`, relative to it: `features/index.ts`. */
  readonly entry: string;
}

/** Where the engine stands: the folder above this one. */
export const engineRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '');

const contextKey = 'tidings:code';

/** Tells all constructs below this one where the app's code stands. To be called before there are any. */
export const setAppCode = (scope: IConstruct, code: AppCode): void => scope.node.setContext(contextKey, code);

export const appCodeOf = (scope: IConstruct): AppCode => scope.node.getContext(contextKey) as AppCode;

/**
 * The file of a module: its source, or what was built of it.
 *
 * @param path without its ending
 * @throws Error where there is neither
 */
export function moduleFile(path: string): string {
  const found = ['.ts', '.js'].map((ending) => `${path}${ending}`).find((file) => existsSync(file));
  if (!found) throw new Error(`${path}: there is no such module, neither .ts nor .js`);
  return found;
}

/** The entry of one of the engine's own functions. */
export const engineEntry = (name: string): string => moduleFile(join(engineRoot, 'lambdas', name));

/** A path as a template names it, which is the same on every machine. */
export const pathIn = (root: string, file: string): string => relative(root, file).split(sep).join('/');

const lockfiles = ['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock'];

/**
 * The lockfile of an app, which may stand above it.
 *
 * @throws Error where there is none: the CDK takes the project's folder from it
 */
export function lockfileOf(root: string): string {
  const found = lockfiles.map((name) => join(root, name)).find((file) => existsSync(file));
  if (found) return found;
  const above = dirname(root);
  if (above === root)
    throw new Error(`there is no lockfile (${lockfiles.join(', ')}): run npm install first`);
  return lockfileOf(above);
}
