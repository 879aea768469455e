import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Contract } from '@tidings/protocol';
import { descriptionOf, fieldOf, hoverText, type Schema } from '../../packages/client/scripts/hoverText.ts';

/** What each contract says of its actions, events, topics and fields becomes what an editor shows of them. */
export async function writeHoverTexts(sources: string, built: string): Promise<void> {
  for (const folder of ['features', 'packages/protocol/src']) {
    const files = await readdir(join(built, folder), { recursive: true });
    for (const file of files.filter((name) => name.endsWith('.d.ts'))) {
      const path = join(built, folder, file);
      const text = await readFile(path, 'utf8');
      if (!contractLine.test(text)) continue;
      const source = join(sources, folder, file.replace(/\.d\.ts$/, '.ts'));
      const contracts = await import(pathToFileURL(source).href);
      await writeFile(path, withHoverTexts(text, contracts));
    }
  }
}

/** What a module exports, by name: contracts, and functions that make one of words. */
type Exported = Readonly<Record<string, Contract | ((words: string) => Contract)>>;

/** A contract, or a function that makes one. */
const contractLine = /^export declare (?:const|function) (\w*[cC]ontract)\b.*\{$/m;
const propertyLine = /^(\s*)(?:readonly )?'?([\w.:*-]+?)'?\??: /;

/**
 * The declarations of a contract as the compiler writes them, a property a line, with a comment above each that the
 * contract describes.
 *
 * @param contracts by the names by which they are exported
 */
export function withHoverTexts(declarations: string, contracts: Exported): string {
  // The names of the objects that are open at a line; '' where one has none, as in a union.
  const open: string[] = [];
  const lines = declarations.split('\n').map((line) => {
    const [, indent = '', property] = propertyLine.exec(line) ?? [];
    const name = open.length === 0 ? contractLine.exec(line)?.[1] : property;
    const comment =
      name !== undefined && open.length > 0 ? hoverText(saidOf(contracts, [...open, name]), indent) : '';
    const opened = (line.match(/\{/g)?.length ?? 0) - (line.match(/\}/g)?.length ?? 0);
    if (opened > 0) open.push(line.startsWith('}') ? '' : (name ?? ''), ...Array(opened - 1).fill(''));
    if (opened < 0) open.length += opened;
    // One ends and another begins, in a union.
    if (opened === 0 && /^\s*\}.*\{$/.test(line)) open[open.length - 1] = '';
    return comment + line;
  });
  return lines.join('\n');
}

/** What a contract says of that which stands at a path: `alertContract`, `actions`, `alert.raise`, `payload`, `to`. */
function saidOf(contracts: Exported, path: readonly string[]): string | undefined {
  const [contract = '', part = '', ...rest] = path;
  const exported = contracts[contract];
  // What it is made with is said in words, and changes no schema.
  const of = typeof exported === 'function' ? exported('') : exported;
  if (part === 'user') return described(of?.user, rest);
  const [name = '', schema, ...fields] = rest;
  const declared = (of as Readonly<Record<string, Readonly<Record<string, object>>>> | undefined)?.[part]?.[
    name
  ] as Readonly<Record<string, unknown>> | undefined;
  if (schema === undefined) return declared?.documentation as string | undefined;
  return described(declared?.[schema] as Schema | undefined, fields);
}

function described(schema: Schema | undefined, fields: readonly string[]): string | undefined {
  if (fields.length === 0 || !schema?._zod) return undefined;
  const field = fields.reduce<Schema | undefined>((within, name) => fieldOf(within, name), schema);
  return field && descriptionOf(field);
}
