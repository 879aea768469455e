import { join, sep } from 'node:path';
import type { LocalConfigOptions } from '../localConfig.ts';
import { synthesizeApp } from '../template/synthesize.ts';
import type { Template } from '../template/template.ts';
import type { Functions } from './functions.ts';
import { watchFolders } from './watchFolders.ts';

export interface WatchSourcesOptions {
  readonly config: LocalConfigOptions;
  readonly functions: Functions;
  /** Takes over a new template. */
  rewire(template: Template): Promise<void>;
  readonly log: (text: string) => void;
}

const codeFolders = ['core', 'adapters', 'lambdas'];
const stackFolders = ['lib', 'bin'];
// The stack has a route of each action and a queue of each kind of work.
const codeAndStackFolders = ['features', 'packages/protocol'];

/** Makes changes of the sources live: code by loading the functions again, the stack by synthesizing it again. */
export async function watchSources({ config, functions, rewire, log }: WatchSourcesOptions) {
  // One at a time, in the order of the changes.
  let last: Promise<void> = Promise.resolve();
  const enqueue = (work: () => Promise<void>) => {
    last = last.then(work);
  };

  async function attempt(what: string, work: () => Promise<unknown>): Promise<void> {
    const startedAt = performance.now();
    try {
      await work();
      log(`${what}: live after ${Math.round(performance.now() - startedAt)} ms.`);
    } catch (error) {
      log(
        `${what}: not live, what ran before still runs.\n${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  let known: string | undefined;
  async function readStack(): Promise<void> {
    const template = await synthesizeApp(config);
    const text = JSON.stringify(template);
    if (text !== known) await rewire(template);
    known = text;
  }

  const relative = (file: string) => file.slice(config.root.length + sep.length);
  const watch = (folders: readonly string[], ...works: readonly (() => Promise<unknown>)[]) =>
    watchFolders({
      folders: folders.map((folder) => join(config.root, folder)),
      onChange(file) {
        for (const work of works) enqueue(() => attempt(relative(file), work));
      },
    });
  const watchers = await Promise.all([
    watch(codeFolders, functions.reload),
    watch(stackFolders, readStack),
    watch(codeAndStackFolders, functions.reload, readStack),
  ]);
  return {
    close() {
      for (const watcher of watchers) watcher.close();
      return last;
    },
  };
}
