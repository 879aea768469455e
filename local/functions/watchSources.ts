import { join, sep } from 'node:path';
import { engineRoot } from '../../lib/functions/appCode.ts';
import type { LocalConfigOptions } from '../localConfig.ts';
import { synthesizeApp } from '../template/synthesize.ts';
import type { Template } from '../template/template.ts';
import type { Functions } from './functions.ts';
import { watchFolders } from './watchFolders.ts';

export interface WatchSourcesOptions {
  readonly config: LocalConfigOptions;
  /** The one that runs. */
  readonly template: Template;
  readonly functions: Functions;
  /** Takes over a new template. */
  rewire(template: Template): Promise<void>;
  readonly log: (text: string) => void;
}

interface Folders {
  readonly code: readonly string[];
  readonly stack: readonly string[];
  /** The stack has a route of each action and a queue of each kind of work. */
  readonly both: readonly string[];
}

const engineFolders: Folders = {
  code: ['core', 'adapters', 'lambdas'],
  stack: ['lib', 'bin'],
  both: ['features', 'packages/protocol'],
};
/** Of an app that has the engine as a package. */
const appFolders: Folders = { code: [], stack: ['lib', 'bin'], both: ['features'] };

/** Makes changes of the sources live: code by loading the functions again, the stack by synthesizing it again. */
export async function watchSources({ config, template, functions, rewire, log }: WatchSourcesOptions) {
  // One at a time, in the order of the changes.
  let last: Promise<void> = Promise.resolve();
  const enqueue = (work: () => Promise<void>) => {
    last = last.then(work);
  };

  /** @param works each resolves with `false` where nothing had changed, of which nothing is said */
  async function attempt(what: string, works: readonly (() => Promise<unknown>)[]): Promise<void> {
    const startedAt = performance.now();
    try {
      for (const work of works) {
        if ((await work()) === false) continue;
        log(`${what}: live after ${Math.round(performance.now() - startedAt)} ms.`);
      }
    } catch (error) {
      // One message: what does not build gives no stack either.
      const why = error instanceof Error ? error.message : String(error);
      log(`${what}: not live, what ran before still runs.\n${why}`);
    }
  }

  let known = JSON.stringify(template);
  async function readStack(): Promise<boolean> {
    const next = await synthesizeApp(config);
    const text = JSON.stringify(next);
    const isNew = text !== known;
    if (isNew) await rewire(next);
    known = text;
    return isNew;
  }

  const folders = config.root === engineRoot ? engineFolders : appFolders;
  const relative = (file: string) => file.slice(config.root.length + sep.length);
  const watch = (folders: readonly string[], ...works: readonly (() => Promise<unknown>)[]) =>
    watchFolders({
      folders: folders.map((folder) => join(config.root, folder)),
      onChange(file) {
        enqueue(() => attempt(relative(file), works));
      },
    });
  const watchers = await Promise.all([
    watch(folders.code, functions.reload),
    watch(folders.stack, readStack),
    watch(folders.both, functions.reload, readStack),
  ]);
  return {
    close() {
      for (const watcher of watchers) watcher.close();
      return last;
    },
  };
}
