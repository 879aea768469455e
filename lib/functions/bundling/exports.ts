import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { PluginBuild } from 'esbuild';

/** An export, in the file that defines it. */
export interface Definition {
  readonly file: string;
  readonly name: string;
}

export interface ModuleFile {
  readonly file: string;
  /** Whether it does nothing but define, by its package's word. */
  readonly isPure: boolean;
}

/** Says of a module of the SDK which file defines each of its exports. */
export interface Exports {
  /** The file that a module's name means, if it is one of the SDK. */
  fileOf(name: string, importer: string): Promise<ModuleFile | undefined>;
  of(file: string): Promise<ReadonlyMap<string, Definition>>;
}

/** A file of the SDK as an ES module. Its imports and exports stand at the beginning of a line, as tsc writes them. */
export const sdkModule = /[/\\]node_modules[/\\]@(?:aws-sdk|smithy)[/\\].*\.js$/;

const declared = /^export (?:async )?(?:const|let|var|function\*?|class) ([\w$]+)/gm;
const listed = /^export \{([^}]*)\};?$/gm;
export const listedFrom = /^export \{([^}]*)\} from "([^"]+)";?$/gm;
export const allFrom = /^export \* from "([^"]+)";?$/gm;

/** So that a module's name that is being looked up is not looked up again. */
const isLookedUp = {};

export function exportsOf(build: PluginBuild): Exports {
  const known = new Map<string, Promise<ReadonlyMap<string, Definition>>>();
  const exports: Exports = {
    async fileOf(name, importer) {
      const found = await build.resolve(name, {
        kind: 'import-statement',
        resolveDir: dirname(importer),
        ...{ importer, pluginData: isLookedUp },
      });
      const isThere = found.errors.length === 0 && !found.external && sdkModule.test(found.path);
      return isThere ? { file: found.path, isPure: !found.sideEffects } : undefined;
    },
    of(file) {
      const found = known.get(file) ?? definitionsIn(file, exports);
      known.set(file, found);
      return found;
    },
  };
  return exports;
}

async function definitionsIn(file: string, exports: Exports): Promise<ReadonlyMap<string, Definition>> {
  const text = await readFile(file, 'utf8');
  const found = new Map<string, Definition>();
  for (const [, name = ''] of text.matchAll(declared)) found.set(name, { file, name });
  for (const [, list = ''] of text.matchAll(listed)) {
    for (const { as } of namesIn(list)) found.set(as, { file, name: as });
  }
  for (const [, list = '', from = ''] of text.matchAll(listedFrom)) {
    const there = await definitionsOf(from, file, exports);
    for (const { name, as } of namesIn(list)) found.set(as, there.get(name) ?? { file, name: as });
  }
  for (const [, from = ''] of text.matchAll(allFrom)) {
    for (const [name, there] of await definitionsOf(from, file, exports)) {
      if (!found.has(name)) found.set(name, there);
    }
  }
  return found;
}

/** Where the exports of a module are defined that another one passes on. What does more than define is not passed by. */
async function definitionsOf(
  name: string,
  importer: string,
  exports: Exports,
): Promise<ReadonlyMap<string, Definition>> {
  const module = await exports.fileOf(name, importer);
  if (!module) return new Map();
  const { file, isPure } = module;
  const found = await exports.of(file);
  return isPure ? found : new Map([...found.keys()].map((one) => [one, { file, name: one }]));
}

/** `a, b as c` */
export const namesIn = (list: string): { readonly name: string; readonly as: string }[] =>
  list
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)
    .map((one) => {
      const [name = '', as = name] = one.split(/\s+as\s+/);
      return { name, as };
    });
