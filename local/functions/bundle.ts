import { stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BuildContext, type BuildFailure, context, formatMessages, type Plugin } from 'esbuild';
import { engineRoot, moduleFile } from '../../lib/appCode.ts';
import { CannotStart } from '../cannotStart.ts';
import { sharedTableName } from './functionScope.ts';

interface BundleEntry {
  readonly id: string;
  /** Relative to `root`. */
  readonly entry: string;
}

export interface BundlerOptions {
  readonly root: string;
  /** The module with the app's list of features, relative to `root`. */
  readonly features: string;
  readonly entries: readonly BundleEntry[];
  /** Memory mode: the functions get the shared table in the place of DynamoDB's. */
  readonly memory: boolean;
  /** The first line of each function's code. */
  firstLine(id: string): string;
}

export interface Bundler {
  /** Code by function, its source map inline. @throws {CannotStart} with esbuild's own messages, ready to print. */
  build(): Promise<ReadonlyMap<string, string>>;
  dispose(): Promise<void>;
}

const firstLineMark = '/* tidings: first line */';

interface Built {
  /** Code by function, with the mark in the place of the first line. */
  readonly code: ReadonlyMap<string, string>;
  /** What it was made of: when each file was changed last. */
  readonly sources: ReadonlyMap<string, number>;
}

/** What this process built last of the same functions: another stack of the same sources needs no build of its own. */
const lastBuilt = new Map<string, Built>();

/** One build for each function: our own code inlined, so that each has modules of its own, npm's packages left out. */
export async function bundler({
  root,
  features,
  entries,
  memory,
  firstLine,
}: BundlerOptions): Promise<Bundler> {
  const key = JSON.stringify([root, features, memory, entries.map(({ id, entry }) => [id, entry])]);
  const build: BuildContext = await context({
    absWorkingDir: root,
    entryPoints: entries.map(({ id, entry }) => ({ in: join(root, entry), out: id })),
    outdir: root,
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'inline',
    sourcesContent: false,
    logLevel: 'silent',
    outExtension: { '.js': '.mjs' },
    banner: { js: firstLineMark },
    // As Node itself would choose among a package's files.
    conditions: ['node', 'import'],
    mainFields: ['main'],
    plugins: [featuresPlugin(root, features), packagesOutside, ...(memory ? [sharedTable] : [])],
  });
  async function rebuild(): Promise<Built> {
    const startedAt = Date.now();
    const { outputFiles = [], metafile } = await build.rebuild();
    const code = new Map(
      outputFiles.map(({ path, text }) => [path.slice(root.length).replace(/^[/\\]+|\.mjs$/g, ''), text]),
    );
    const sources = await changedAt(Object.keys(metafile?.inputs ?? {}).map((file) => join(root, file)));
    // A file that was changed meanwhile may have been read before that; file systems know it to the second or two.
    if ([...sources.values()].every((at) => at < startedAt - 2_000)) lastBuilt.set(key, { code, sources });
    return { code, sources };
  }
  return {
    async build() {
      try {
        const known = lastBuilt.get(key);
        const { code } = known && (await isUnchanged(known)) ? known : await rebuild();
        return new Map([...code].map(([id, text]) => [id, text.replace(firstLineMark, () => firstLine(id))]));
      } catch (cause) {
        throw new CannotStart(`The functions do not build.\n${await inWords(cause)}`, { cause });
      }
    },
    dispose: () => build.dispose(),
  };
}

/** The engine's functions are made of the app's list. */
const featuresPlugin = (root: string, features: string): Plugin => ({
  name: 'features',
  setup: (build) => build.onResolve({ filter: /^#features$/ }, () => ({ path: join(root, features) })),
});

/** Tidings itself, whose modules each function has for itself. */
const isOurs = (path: string) => /^(@tidings\/|tidings(\/|$))/.test(path);
/** So that an import of our own is not taken for one that is still to be resolved. */
const isResolved = {};

/** All packages but our own stay outside: they are loaded once for all functions. */
const packagesOutside: Plugin = {
  name: 'packages-outside',
  setup(build) {
    build.onResolve({ filter: /^[^./#]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (kind === 'entry-point' || isOurs(path) || pluginData === isResolved) return undefined;
      // A package may have others of a name than the app has, and the code is run from the app's folder.
      if (!importer.includes(`${sep}node_modules${sep}`)) return { path, external: true };
      const { path: found, external } = await build.resolve(path, {
        kind,
        resolveDir,
        pluginData: isResolved,
      });
      return { path: external || !found ? path : pathToFileURL(found).href, external: true };
    });
  },
};

const sharedTable: Plugin = {
  name: 'shared-table',
  setup(build) {
    const connect = moduleFile(join(engineRoot, 'adapters/dynamodb/connect'));
    build.onLoad({ filter: /connect\.[jt]s$/ }, ({ path }) =>
      path === connect
        ? { contents: `export const openTable = () => ${sharedTableName};`, loader: 'js' }
        : undefined,
    );
  },
};

async function inWords(cause: unknown): Promise<string> {
  const { errors } = cause as Partial<BuildFailure>;
  if (!errors) return String(cause);
  return (await formatMessages(errors, { kind: 'error' })).join('');
}

/** A file that is gone was changed just now. */
async function changedAt(files: Iterable<string>): Promise<ReadonlyMap<string, number>> {
  const mtimeOf = async (file: string) => (await stat(file)).mtimeMs;
  const times = [...files].map(
    async (file) => [file, await mtimeOf(file).catch(() => Number.POSITIVE_INFINITY)] as const,
  );
  return new Map(await Promise.all(times));
}

async function isUnchanged({ sources }: Built): Promise<boolean> {
  const now = await changedAt(sources.keys());
  return [...sources].every(([file, at]) => now.get(file) === at);
}
