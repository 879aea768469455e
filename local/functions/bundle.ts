import { randomUUID } from 'node:crypto';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type BuildContext,
  type BuildFailure,
  context,
  formatMessages,
  type OutputFile,
  type Plugin,
} from 'esbuild';
import { engineRoot, moduleFile } from '../../lib/functions/appCode.ts';
import { CannotStart } from '../cannotStart.ts';
import { asFactory, firstLine, type OpenModule, openName } from './asFactory.ts';
import { dialName, scopeNames, sharedTableName } from './functionScope.ts';

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
}

export interface Bundler {
  /** What opens a function's modules, by function. @throws {CannotStart} with esbuild's own messages, ready to print. */
  build(): Promise<ReadonlyMap<string, OpenModule>>;
  dispose(): Promise<void>;
}

interface Built {
  readonly modules: ReadonlyMap<string, OpenModule>;
  /** What it was made of: when each file was changed last. */
  readonly sources: ReadonlyMap<string, number>;
}

const registryKey = Symbol.for('tidings.local.built');

/**
 * What this process built last of the same functions: another stack of the same sources needs no build of its own, and
 * no code of its own. Kept with the process, as are the modules that it has imported: this file may be evaluated twice.
 */
const lastBuilt: Map<string, Built> = registry();

function registry(): Map<string, Built> {
  const globals = globalThis as { [registryKey]?: Map<string, Built> };
  globals[registryKey] ??= new Map();
  return globals[registryKey];
}

/** One build for each function: our own code inlined, so that each has modules of its own, npm's packages left out. */
export async function bundler({ root, features, entries, memory }: BundlerOptions): Promise<Bundler> {
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
    // What `asFactory` counts on.
    banner: { js: firstLine },
    legalComments: 'none',
    supported: { 'template-literal': false },
    // As Node itself would choose among a package's files.
    conditions: ['node', 'import'],
    mainFields: ['main'],
    plugins: [featuresPlugin(root, features), packagesOutside, ownDial, ...(memory ? [sharedTable] : [])],
  });
  async function rebuild(): Promise<Built> {
    const startedAt = Date.now();
    const { outputFiles = [], metafile } = await build.rebuild().catch(async (cause: unknown) => {
      throw new CannotStart(`The functions do not build.\n${await inWords(cause)}`, { cause });
    });
    const modules = await importAll(root, outputFiles);
    const sources = await changedAt(Object.keys(metafile?.inputs ?? {}).map((file) => join(root, file)));
    // A file that was changed meanwhile may have been read before that; file systems know it to the second or two.
    if ([...sources.values()].every((at) => at < startedAt - 2_000)) lastBuilt.set(key, { modules, sources });
    return { modules, sources };
  }
  return {
    async build() {
      const known = lastBuilt.get(key);
      if (known && (await isUnchanged(known))) return known.modules;
      return (await rebuild()).modules;
    },
    dispose: () => build.dispose(),
  };
}

/** Reads and compiles the code of all functions, and evaluates none of it. */
async function importAll(
  root: string,
  files: readonly Pick<OutputFile, 'path' | 'text'>[],
): Promise<ReadonlyMap<string, OpenModule>> {
  // Below node_modules, so that the code finds its packages and no tool takes it for a source file. A name that was never
  // used: a process keeps what it has imported under a path.
  const folder = join(root, 'node_modules/.cache/tidings', randomUUID());
  await mkdir(folder, { recursive: true });
  try {
    const modules = files.map(async ({ path, text }) => {
      const id = path.slice(root.length).replace(/^[/\\]+|\.mjs$/g, '');
      const file = join(folder, `${id}.mjs`);
      await writeFile(file, asFactory(text, scopeNames));
      const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
        readonly [openName]: OpenModule;
      };
      return [id, module[openName]] as const;
    });
    return new Map(await Promise.all(modules));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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

/** Puts other code in the place of a module of the adapters. */
const inPlaceOf = (name: string, path: string, contents: string): Plugin => ({
  name,
  setup(build) {
    const module = moduleFile(join(engineRoot, 'adapters', path));
    const ending = new RegExp(`[/\\\\]${basename(path)}\\.[jt]s$`);
    build.onLoad({ filter: ending }, (loaded) =>
      loaded.path === module ? { contents, loader: 'js' } : undefined,
    );
  },
});
const sharedTable = inPlaceOf(
  'shared-table',
  'dynamodb/connect',
  `export const openTable = () => ${sharedTableName};`,
);
const ownDial = inPlaceOf('own-dial', 'apigateway/dial', `export const dial = ${dialName};`);

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
