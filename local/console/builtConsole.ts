import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { engineRoot } from '../../lib/functions/appCode.ts';
import { type ConsoleFile, type ConsoleFiles, readConsoleFiles } from './consoleFiles.ts';

const run = promisify(execFile);

/** The page of the sources as they are now, or why there is none. */
export type FoundPage =
  | { readonly state: 'built'; readonly page: string }
  | { readonly state: 'building' }
  | { readonly state: 'failed'; readonly why: string };

export interface BuiltConsole {
  /** Begins to build, where no page is there and no failure has yet to be told. */
  page(): Promise<FoundPage>;
  /** A file that a page loads, be it of an earlier build: who has that open goes on with it. */
  file(path: string): Promise<ConsoleFile | undefined>;
  close(): Promise<void>;
}

/** What the program `console/build.ts` prints. */
interface Build {
  readonly folder: string;
  /** The folders and files that it was made of, from the repository's root. */
  readonly sources: readonly string[];
}

/**
 * The console's files: those that were published, or, in the repository, a build of its sources, made anew once one is
 * newer. The build is a process of its own, so that no stack holds what builds.
 *
 * @param root the folder that has `console/`
 */
export function builtConsole(log: (text: string) => void, root: string = engineRoot): BuiltConsole {
  const program = join(root, 'console/build.ts');
  return existsSync(program) ? buildingConsole(root, program, log) : publishedConsole(root);
}

function publishedConsole(root: string): BuiltConsole {
  let reading: Promise<ConsoleFiles> | undefined;
  const files = () => {
    reading ??= readConsoleFiles(join(root, 'console/dist'));
    return reading;
  };
  return {
    page: async () => ({ state: 'built', page: pageOf(await files()) }),
    file: async (path) => (await files()).get(path),
    close: async () => {},
  };
}

const pageOf = (files: ConsoleFiles) => String(files.get('index.html')?.body ?? '');

function buildingConsole(root: string, program: string, log: (text: string) => void): BuiltConsole {
  const closing = new AbortController();
  const files = new Map<string, ConsoleFile>();
  let built: { readonly page: string; readonly sources: readonly string[]; readonly at: number } | undefined;
  let failure: string | undefined;
  let building: Promise<void> | undefined;

  async function build() {
    log('The console is being built, once for these sources.');
    const at = Date.now();
    try {
      const args = ['--import', 'tsx', program];
      const { stdout } = await run(process.execPath, args, { cwd: root, signal: closing.signal });
      const { folder, sources } = JSON.parse(stdout) as Build;
      const made = await readConsoleFiles(folder);
      for (const [path, file] of made) files.set(path, file);
      built = { page: pageOf(made), sources, at };
      log('The console is built.');
    } catch (error) {
      if (closing.signal.aborted) return;
      failure = (error as { stderr?: string }).stderr || String(error);
      log(`The console cannot be built: ${failure}`);
    }
  }

  return {
    async page() {
      if (built && (await newestOf(root, built.sources)) <= built.at)
        return { state: 'built', page: built.page };
      if (failure !== undefined) {
        const why = failure;
        failure = undefined;
        return { state: 'failed', why };
      }
      building ??= build().finally(() => {
        building = undefined;
      });
      return { state: 'building' };
    },
    file: async (path) => files.get(path),
    async close() {
      closing.abort();
      await building;
    },
  };
}

/** When the newest of these files and folders was changed; a folder is, when something in it comes or goes. */
async function newestOf(root: string, sources: readonly string[]): Promise<number> {
  const below = sources.map(async (source) => {
    const path = join(root, source);
    const inside = await readdir(path, { recursive: true }).catch(() => []);
    return [path, ...inside.map((entry) => join(path, entry))];
  });
  const paths = (await Promise.all(below)).flat();
  // What is gone since it was listed was listed in a folder that is newer by it.
  const times = paths.map((path) =>
    stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    ),
  );
  return Math.max(...(await Promise.all(times)));
}
