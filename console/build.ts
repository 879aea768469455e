import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What a build is made of. */
const sources = ['console/src', 'console/index.html', 'console/build.ts', 'packages/client/src', 'features'];

/** The folder of this program's builds, each below the digest of what it was made of. */
const builds = join(root, 'console/dist');

/**
 * Builds the console, unless there is a build of these very sources.
 *
 * @returns its folder
 */
export async function buildConsole(): Promise<string> {
  const folder = join(builds, await digest());
  if (await isThere(folder)) return folder;
  const files = await bundle();
  const unfinished = `${folder}.${process.pid}`;
  for (const [file, body] of files) {
    await mkdir(dirname(join(unfinished, file)), { recursive: true });
    await writeFile(join(unfinished, file), body);
  }
  await rename(unfinished, folder).catch(async (error: unknown) => {
    await rm(unfinished, { recursive: true, force: true });
    // Another program was faster.
    if (!(await isThere(folder))) throw error;
  });
  await forgetOthers(folder);
  return folder;
}

async function bundle(): Promise<readonly (readonly [string, string | Uint8Array])[]> {
  // Loaded here: a build that is there needs none of it.
  const { build } = await import('vite');
  const made = await build({
    configFile: false,
    root: join(root, 'console'),
    base: '/console/',
    logLevel: 'error',
    mode: 'production',
    plugins: [withoutPreloads, withoutFormats],
    // Whatever the environment says, as it does in tests: React is half as large without its checks.
    define: { 'process.env.NODE_ENV': '"production"' },
    resolve: {
      alias: {
        // What cmdk makes a dialog of; its other parts need none, and the platform's is used.
        '@radix-ui/react-dialog': join(root, 'console/src/ui/noDialog.ts'),
        // And what its elements can give way to, which nothing does here, or have by an older React.
        '@radix-ui/react-primitive': join(root, 'console/src/ui/plainElements.ts'),
        '@radix-ui/react-id': join(root, 'console/src/ui/plainElements.ts'),
        'use-sync-external-store/shim/index.js': join(root, 'console/src/ui/plainElements.ts'),
      },
    },
    css: { modules: { generateScopedName: shortNames(await filesOf(join(root, 'console/src'))) } },
    oxc: { jsx: { runtime: 'automatic', development: false } },
    build: {
      write: false,
      target: ['es2023', 'chrome123', 'firefox120', 'safari17.5'],
      // The policy of the page lets nothing in that stands in it.
      assetsInlineLimit: 0,
      // Some small ones together are a third less than each by itself.
      cssCodeSplit: false,
      // What the page itself loads, and nothing of what a part does.
      modulePreload: {
        polyfill: false,
        resolveDependencies: (_, files, { hostType }) => (hostType === 'html' ? files : []),
      },
      reportCompressedSize: false,
      rolldownOptions: { output: { codeSplitting: { groups: [{ name: together() }] } } },
    },
  });
  const outputs = [made].flat().flatMap((one) => ('output' in one ? one.output : []));
  return outputs.map((file) => [file.fileName, file.type === 'chunk' ? file.code : file.source] as const);
}

/**
 * One file of all that the page itself loads and of what several of its parts share. Files are compressed each by itself,
 * and what one has from another is named in both: more of them are a fiftieth of all.
 */
function together() {
  let users: ReadonlyMap<string, number> | undefined;
  return (id: string, modules: Modules) => {
    users ??= usersOf(join(root, 'console/src/main.tsx'), modules);
    return users.get(id) === 1 ? null : 'shared';
  };
}

/** What the bundler knows of them. */
interface Modules {
  getModuleInfo(id: string): {
    readonly importedIds: readonly string[];
    readonly dynamicallyImportedIds: readonly string[];
  } | null;
}

/** How many parts of the page have a module, which is one that it has itself where they are more than one. */
function usersOf(page: string, modules: Modules): ReadonlyMap<string, number> {
  const users = new Map<string, number>();
  const begins = new Set([page]);
  // It grows while it is gone through, by the parts that are loaded when they are needed.
  for (const begin of begins) {
    const inside = new Set([begin]);
    for (const id of inside) {
      users.set(id, (users.get(id) ?? 0) + (begin === page ? 2 : 1));
      const { importedIds = [], dynamicallyImportedIds = [] } = modules.getModuleInfo(id) ?? {};
      for (const next of importedIds) inside.add(next);
      for (const next of dynamicallyImportedIds) begins.add(next);
    }
  }
  return users;
}

/** Formats of texts that no contract has, since zod names none of them. Their patterns are as long as those of all others. */
const withoutFormats = {
  name: 'tidings:without-formats',
  transform: (code: string, id: string) =>
    id.endsWith('/json-schema/dist/esm/format.js')
      ? code.replace(/^ +'?(?:uri-(?:reference|template)|url|(?:relative-)?json-pointer[\w-]*)'?: .*\n/gm, '')
      : undefined,
};

/** What looks for style sheets and files to load before a part of the page, of which there are none. */
const withoutPreloads = {
  name: 'tidings:without-preloads',
  load: (id: string) =>
    id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load();' : undefined,
};

/**
 * Names of classes as short as may be: they stand in the style sheet and again in the program, and are a fiftieth of all.
 * They are the same in each build: the file's letters, and the number of the class in it.
 */
function shortNames(files: readonly string[]) {
  const sheets = files.filter((file) => file.endsWith('.module.css'));
  const letters = (at: number): string =>
    (at < 26 ? '' : letters(Math.floor(at / 26) - 1)) + String.fromCharCode(97 + (at % 26));
  return (name: string, file: string, css: string): string => {
    const classes = [
      ...new Set([...css.matchAll(/(?:[.]|@keyframes )([a-zA-Z][\w-]*)/g)].map(([, one]) => one)),
    ];
    return `${letters(sheets.indexOf(file))}${classes.indexOf(name)}`;
  };
}

/** Of the contents and not of times: a checkout makes all files new. */
async function digest(): Promise<string> {
  const hash = createHash('sha256');
  const lock = await readFile(join(root, 'package-lock.json'));
  hash.update(lock);
  for (const source of sources) {
    for (const file of await filesOf(join(root, source))) {
      hash.update(`\n${relative(root, file)}\n`).update(await readFile(file));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

async function filesOf(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (!entries) return [path];
  return entries
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

const isThere = (folder: string) =>
  readFile(join(folder, 'index.html')).then(
    () => true,
    () => false,
  );

/** Whoever serves another build has read it whole. */
async function forgetOthers(folder: string): Promise<void> {
  const names = await readdir(builds);
  const finished = names.map((name) => join(builds, name)).filter((other) => /[/\\]\w{16}$/.test(other));
  const others = finished.filter((other) => other !== folder);
  await Promise.all(others.map((other) => rm(other, { recursive: true, force: true })));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(JSON.stringify({ folder: await buildConsole(), sources }));
}
