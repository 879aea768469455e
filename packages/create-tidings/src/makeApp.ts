import { cp, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The command line is at fault; the message says how. */
export class UsageError extends Error {}

export interface AppOptions {
  /** The name of the app and of its folder. */
  readonly name: string;
  /** Where the packed files are that are taken in the place of the registry's. */
  readonly packages?: string;
}

const template = fileURLToPath(new URL('../template', import.meta.url));
/** What npm would not pack, or take for the package's own, has another name in the template. */
const renamed = [
  ['_gitignore', '.gitignore'],
  ['_github', '.github'],
  ['_package.json', 'package.json'],
] as const;
const named = ['package.json', 'README.md', 'bin/app.ts', 'web/index.html'];

/**
 * Makes an app in a folder of its name, below the working directory.
 *
 * @throws UsageError for a name or a folder that will not do; then nothing was written.
 */
export async function makeApp({ name, packages }: AppOptions): Promise<void> {
  if (!/^[a-z][a-z0-9-]{0,49}$/.test(name)) {
    throw new UsageError(`${JSON.stringify(name)} is no name for an app: lower-case letters, digits and -`);
  }
  const folder = resolve(name);
  const inside = await readdir(folder).catch(() => []);
  if (inside.length > 0) throw new UsageError(`there is something in ${name} already: take another name`);
  const packed = packages === undefined ? undefined : await packedIn(resolve(packages));
  await mkdir(folder, { recursive: true });
  await cp(template, folder, { recursive: true });
  for (const [from, to] of renamed) await rename(join(folder, from), join(folder, to));
  // A package must not seem to publish tests: those of the template have one ending more there.
  for (const file of await readdir(folder, { recursive: true })) {
    if (file.endsWith('.txt')) await rename(join(folder, file), join(folder, file.slice(0, -4)));
  }
  for (const file of named) {
    const path = join(folder, file);
    const text = (await readFile(path, 'utf8')).replaceAll('__NAME__', name);
    await writeFile(path, text.replaceAll('__VERSION__', await ownVersion()));
  }
  if (packed) await take(packed, join(folder, 'package.json'));
}

/** All packages have one version. */
async function ownVersion(): Promise<string> {
  const manifest = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/** The packed files of Tidings in a folder, by package. @throws UsageError where one is missing. */
async function packedIn(folder: string): Promise<Readonly<Record<string, string>>> {
  const files = await readdir(folder).catch(() => []);
  const find = (name: string) => {
    const prefix = name.replace('@', '').replace('/', '-');
    const file = files.find(
      (one) => one.startsWith(prefix) && /^-\d[\w.-]*\.tgz$/.test(one.slice(prefix.length)),
    );
    if (!file) {
      const how = `make it with npm run pack -- --out ${folder} in the repository of Tidings`;
      throw new UsageError(`there is no packed ${name} in ${folder}: ${how}`);
    }
    return `file:${join(folder, file)}`;
  };
  const names = ['tidings', '@tidings/client', '@tidings/protocol', '@tidings/gateway'];
  return Object.fromEntries(names.map((name) => [name, find(name)]));
}

async function take(packed: Readonly<Record<string, string>>, file: string): Promise<void> {
  const manifest = JSON.parse(await readFile(file, 'utf8')) as { dependencies: Record<string, string> };
  // What Tidings itself needs of them is taken from the same place, as it has the same version.
  const dependencies = { ...manifest.dependencies, ...packed };
  await writeFile(file, `${JSON.stringify({ ...manifest, dependencies }, undefined, 2)}\n`);
}
