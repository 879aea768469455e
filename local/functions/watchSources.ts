import { join, sep } from 'node:path';
import type { LocalConfigOptions } from '../localConfig.ts';
import { synthesizeAfresh } from '../template/synthesize.ts';
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

const codeFolders = ['core', 'features', 'adapters', 'lambdas', 'packages/protocol'];
// The routes of the stack are made from the protocol's actions.
const stackFolders = ['lib', 'bin', 'packages/protocol'];

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

  const inRoot = (folder: string) => join(config.root, folder);
  const relative = (file: string) => file.slice(config.root.length + sep.length);
  const [code, stack] = await Promise.all([
    watchFolders({
      folders: codeFolders.map(inRoot),
      onChange: (file) => enqueue(() => attempt(relative(file), functions.reload)),
    }),
    watchFolders({
      folders: stackFolders.map(inRoot),
      onChange: (file) =>
        enqueue(() => attempt(relative(file), async () => rewire(await synthesizeAfresh(config)))),
    }),
  ]);
  return {
    close() {
      code.close();
      stack.close();
      return last;
    },
  };
}
