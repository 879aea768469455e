import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Plugin } from 'esbuild';
import { allFrom, type Exports, exportsOf, listedFrom, namesIn, sdkModule } from './exports.ts';
import { type LeftOut, leaveOut } from './leftOut.ts';

/** What a barrel defines itself, without what it passes on. */
const ownPart = '?own';
/** A file as the engine's table has it: with less than other clients need, which is loaded with them. */
const forTable = '?table';
const withLessForTable = /[/\\]smithy-client[/\\](?:command|client-command-builder)\.js$/;
const ofTable = /[/\\]@aws-sdk[/\\](?:client|lib)-dynamodb[/\\]|\?table$/;

/**
 * Has the SDK's files import from the files that define what they need, and leaves out what a function never uses.
 *
 * esbuild puts a module into the file of a start where anything of the start imports it, be it for other names. The SDK's
 * packages have barrels, files that pass on what all others define, which everything imports: by those a start would get
 * what only the clients need that are loaded later. So it would by an import whose name is used no more.
 */
export const sdk = ({ ownDynamo }: Pick<LeftOut, 'ownDynamo'>): Plugin => ({
  name: 'sdk',
  setup(build) {
    const exports = exportsOf(build);
    build.onResolve({ filter: /\?(?:own|table)$/ }, ({ path }) => {
      const end = path.lastIndexOf('?');
      return { path: path.slice(0, end), suffix: path.slice(end), sideEffects: false };
    });
    build.onLoad({ filter: sdkModule }, async ({ path, suffix }) => {
      const isOfTable = !ownDynamo && ofTable.test(path + suffix);
      const text = leaveOut(path, await readFile(path, 'utf8'), { ownDynamo, isOfTable });
      const importer = { path, isOfTable, exports };
      const contents = isMixed(text)
        ? suffix === ownPart
          ? await withDirectImports(ownPartOf(text), importer)
          : `${passedOn(text)}\nexport * from ${JSON.stringify(path + ownPart)};`
        : await withDirectImports(text, importer);
      return { contents, loader: 'js', resolveDir: dirname(path) };
    });
  },
});

const passesOn = /^export (?:\{[^}]*\}|\*) from "/m;
const defines = /^export (?:(?:async )?(?:const|let|var|function|class) |\{[^}]*\};?$)/m;

/** Whether it passes on what others define, and defines something itself. A default export cannot be passed on so. */
const isMixed = (text: string): boolean =>
  passesOn.test(text) && defines.test(text) && !text.includes('export default');

const ownPartOf = (text: string): string => text.replace(listedFrom, '').replace(allFrom, '');

const passedOn = (text: string): string =>
  [listedFrom, allFrom].flatMap((lines) => [...text.matchAll(lines)].map(([line]) => line)).join('\n');

const anImport = /^import \{([^}]*)\} from "([^"]+)";?$/gm;

interface Importer {
  readonly path: string;
  readonly isOfTable: boolean;
  readonly exports: Exports;
}

/** Each name that is used is imported from the file that defines it. */
async function withDirectImports(text: string, importer: Importer): Promise<string> {
  const used = new Set(text.replace(anImport, '').match(/[\w$]+/g));
  const direct = new Map<string, string>();
  for (const [line, list = '', from = ''] of text.matchAll(anImport)) {
    const names = namesIn(list).filter(({ as }) => used.has(as));
    direct.set(line, (await directly(names, from, importer)) ?? line);
  }
  return text.replace(anImport, (line) => direct.get(line) ?? line);
}

async function directly(
  names: ReturnType<typeof namesIn>,
  from: string,
  { path, isOfTable, exports }: Importer,
) {
  const module = await exports.fileOf(from, path);
  if (!module?.isPure) return undefined;
  const definitions = await exports.of(module.file);
  const lines = names.map(async ({ name, as }) => {
    const { file: home, name: there } = definitions.get(name) ?? {};
    if (!home) return `import { ${name} as ${as} } from "${from}";`;
    const part = isMixed(await readFile(home, 'utf8')) ? ownPart : '';
    const variant = isOfTable && withLessForTable.test(home) ? forTable : part;
    return `import { ${there} as ${as} } from ${JSON.stringify(home + variant)};`;
  });
  return (await Promise.all(lines)).join('');
}
