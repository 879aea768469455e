import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

const root = new URL('../..', import.meta.url);
const ours =
  /^(bench|bin|console|core|features|adapters|lambdas|lib|local|packages|publisher|scripts|testing)$/;
/** The sources below a folder, without tests. */
export const filesBelow = (folder: string) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file}`)
    .filter((file) => /\.tsx?$/.test(file) && !/node_modules|\.(test|contract)\.tsx?$/.test(file));
/** All that ships, and what makes and measures it. */
export const sources = readdirSync(root)
  .filter((folder) => ours.test(folder))
  .flatMap(filesBelow);
export const read = (file: string) => readFileSync(new URL(file, root), 'utf8');

const anImport = /^(?:import|export)\s+(type\s)?(?:[^'"`;]*?from\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm;

/** What a file imports: packages by name, our files by path, with `type ` before what is gone at run time. */
export const importsOf = (file: string, textOf = read): string[] =>
  [...textOf(file).matchAll(anImport)].map(([, type = '', named, dynamic]) => {
    const path = (named ?? dynamic ?? '').replace('#features', '../features/index.ts');
    return type + (path.startsWith('.') ? posix.join(posix.dirname(file), path) : path);
  });
