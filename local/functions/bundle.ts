import { join } from 'node:path';
import { type BuildContext, type BuildFailure, context, formatMessages, type Plugin } from 'esbuild';
import { CannotStart } from '../cannotStart.ts';
import { sharedTableName } from './functionScope.ts';

interface BundleEntry {
  readonly id: string;
  /** Relative to `root`. */
  readonly entry: string;
}

export interface BundlerOptions {
  readonly root: string;
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

/** One build for each function: our own code inlined, so that each has modules of its own, npm's packages left out. */
export async function bundler({ root, entries, memory, firstLine }: BundlerOptions): Promise<Bundler> {
  const build: BuildContext = await context({
    absWorkingDir: root,
    entryPoints: entries.map(({ id, entry }) => ({ in: join(root, entry), out: id })),
    outdir: root,
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'inline',
    sourcesContent: false,
    logLevel: 'silent',
    outExtension: { '.js': '.mjs' },
    banner: { js: firstLineMark },
    plugins: [packagesOutside, ...(memory ? [sharedTable(root)] : [])],
  });
  return {
    async build() {
      try {
        const { outputFiles = [] } = await build.rebuild();
        return new Map(
          outputFiles.map(({ path, text }) => {
            const id = path.slice(root.length).replace(/^[/\\]+|\.mjs$/g, '');
            return [id, text.replace(firstLineMark, () => firstLine(id))];
          }),
        );
      } catch (cause) {
        throw new CannotStart(`The functions do not build.\n${await inWords(cause)}`, { cause });
      }
    },
    dispose: () => build.dispose(),
  };
}

/** All packages but our own workspaces stay outside: they are loaded once for all functions. */
const packagesOutside: Plugin = {
  name: 'packages-outside',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('@tidings/') ? undefined : { path, external: true },
    );
  },
};

const sharedTable = (root: string): Plugin => ({
  name: 'shared-table',
  setup(build) {
    const connect = join(root, 'adapters/dynamodb/connect.ts');
    build.onLoad({ filter: /connect\.ts$/ }, ({ path }) =>
      path === connect
        ? { contents: `export const openTable = () => ${sharedTableName};`, loader: 'js' }
        : undefined,
    );
  },
});

async function inWords(cause: unknown): Promise<string> {
  const { errors } = cause as Partial<BuildFailure>;
  if (!errors) return String(cause);
  return (await formatMessages(errors, { kind: 'error' })).join('');
}
