import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entries } from './buildPackage.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** An export of one of the package's entry points. */
interface Exported {
  readonly name: string;
  readonly file: string;
  readonly doc: string;
  /** The declaration, without the body of a function. */
  readonly code: string;
}

const anExport = /^export (?:type )?(?:\*|\{([^}]*)\}) from '([^']+)';/gm;

/** Everything that can be imported from an entry point, in the order of its names. */
export function exportsOf(entry: string): Exported[] {
  const found = [...read(entry).matchAll(anExport)].flatMap(([, list, from = '']) => {
    const file = posix.join(posix.dirname(entry), from);
    const names = list === undefined ? namesIn(file) : list.split(',').map((one) => one.trim());
    return names.filter((name) => name !== '').map((name) => declared(name.replace(/^type /, ''), file));
  });
  return found.sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

const namesIn = (file: string) =>
  [...read(file).matchAll(/^export (?:interface|type|const|function|class) (\w+)/gm)].map(
    ([, name = '']) => name,
  );

function declared(name: string, file: string): Exported {
  const source = read(file);
  const start = new RegExp(`^export (?:async )?(?:interface|type|const|function|class) ${name}\\b`, 'm').exec(
    source,
  );
  if (!start) throw new Error(`${file} does not declare ${name}`);
  const before = source.slice(0, start.index);
  const [, doc = ''] = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(before) ?? [];
  return { name, file, doc: prose(doc), code: declaration(source.slice(start.index)) };
}

/** A docstring without its stars; an example becomes a block of code. */
function prose(doc: string): string {
  const lines = doc.split('\n').map((line) => line.replace(/^\s*\* ?/, '').trimEnd());
  const [text = '', ...examples] = lines
    .join('\n')
    .trim()
    .split(/^@example\s*/m);
  const tags = text
    .trim()
    .replaceAll(/\n@/g, '\n\n@')
    .replaceAll(/^@(\w+)/gm, '**$1**');
  return [tags, ...examples.map((code) => `\`\`\`ts\n${code.trim()}\n\`\`\``)].join('\n\n').trim();
}

/** Up to the end of an interface, a type or a constant; of a function and a class what can be seen from outside. */
function declaration(source: string): string {
  if (/^export (async )?function/.test(source)) {
    return (/^[\s\S]*?(?= \{\n)/.exec(source)?.[0] ?? '').replace(/^export (async )?/, '');
  }
  if (/^export (interface|class)/.test(source)) {
    const [body = ''] = /^[\s\S]*?^\}/m.exec(source) ?? [];
    const [seen = body] = body.split(/^ {2}constructor/m);
    return `${seen
      .replace(/^export /, '')
      .replaceAll(/^ {2}declare /gm, '  ')
      .replace(/\n?\}$/, '')
      .trimEnd()}\n}`;
  }
  if (source.startsWith('export const')) {
    return (/^export (const [^=]*)/.exec(source)?.[1] ?? '').trim();
  }
  return (/^[\s\S]*?;(?=\n(?![ })]))/.exec(source)?.[0] ?? '').replace(/^export /, '');
}

/** The reference of the whole package, as API.md has it. */
export function apiReference(): string {
  const parts = Object.entries(entries).map(([path, entry]) => {
    const all = exportsOf(entry).map(
      ({ name, doc, code }) => `### ${name}\n\n${doc}\n\n\`\`\`ts\n${code}\n\`\`\`\n`,
    );
    return `## @tidings/client${path.slice(1)}\n\n${all.join('\n')}`;
  });
  const head = '# API reference\n\nMade of the sources by `npm run reference -w @tidings/client`.\n';
  return `${head}\n${parts.join('\n')}`;
}
