import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, test } from 'vitest';

const root = new URL('..', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');
const text = read('ARCHITECTURE.md');

interface Step {
  readonly depth: number;
  readonly file: string;
  readonly name: string;
  /** How it is found, where its caller does not import it. */
  readonly found?: string;
}

const walks = [...text.matchAll(/^```walk\n(.*?)^```/gms)].map(([, lines = '']) =>
  lines.split('\n').flatMap((line): Step[] => {
    const [, indent = '', file = '', name = '', found] =
      /^( *)([\w/.]+): ([\w.]+)(?: \(([\w ]+)\))?$/.exec(line) ?? [];
    return file === ''
      ? []
      : [{ depth: indent.length / 2, file, name, ...(found !== undefined && { found }) }];
  }),
);
const steps = walks.flat();

test('there are three walks, and every line of them is read', () => {
  const lines = [...text.matchAll(/^```walk\n(.*?)^```/gms)].flatMap(([, inside = '']) =>
    inside.trim().split('\n'),
  );
  expect(walks).toHaveLength(3);
  expect(steps).toHaveLength(lines.length);
});

test.each(steps)('$name is in $file', ({ file, name }) => {
  const named = name.includes('.') ? `'${name.replaceAll('.', '\\.')}'` : name;
  const made = new RegExp(`(function\\*? |const )${named}\\b|^ +(async )?${named}(\\(|: )`, 'm');
  expect(read(file)).toMatch(made);
});

/** The folders from the highest to the lowest; the engine's own files stand beside its chapters. */
const folders = [
  'lambdas/',
  'core/api/',
  'features/',
  'core/delivery/',
  'core/connections/',
  'core/work/',
  'core/log/',
  'core/',
  'adapters/',
];
const rank = (file: string) => folders.findIndex((folder) => file.startsWith(folder));

test('each step is called by the one above it: in its own file, imported by it, or found as it says', () => {
  for (const walk of walks) {
    const callers: Step[] = [];
    for (const step of walk) {
      const caller = callers[step.depth - 1];
      callers[step.depth] = step;
      if (!caller || caller.file === step.file || step.found) continue;
      const path = posix.relative(posix.dirname(caller.file), step.file);
      const importing = read(caller.file);
      expect(importing, `${caller.file} → ${step.file}`).toContain(
        `from '${path.startsWith('.') ? path : `./${path}`}'`,
      );
      expect(importing, `${caller.file} calls ${step.name}`).toMatch(new RegExp(`\\b${step.name}\\b[(<,]`));
    }
  }
});

test('what is behind a port is called as the port says', () => {
  const ports = read('core/ports.ts');
  for (const { name } of steps.filter(({ found }) => found === 'port')) {
    expect(ports, name).toMatch(new RegExp(`^  ${name}\\(`, 'm'));
  }
});

test('the ways through the server run downwards through the folders', () => {
  for (const walk of walks.slice(0, 2)) {
    const callers: Step[] = [];
    for (const step of walk) {
      const caller = callers[step.depth - 1];
      callers[step.depth] = step;
      if (caller && step.found !== 'given' && step.found !== 'by name')
        expect(rank(step.file), `${caller.file} → ${step.file}`).toBeGreaterThanOrEqual(rank(caller.file));
    }
  }
});

test('the table of folders names every folder, down to those within the first', () => {
  const table = /## Folders\n(.*?)\n## /s.exec(text)?.[1] ?? '';
  const named = [...table.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
  const paths = named.filter(
    (name) => /^[\w./-]+\/?[\w-]*$/.test(name) && name.includes('/') && !name.includes('.ts'),
  );
  for (const path of paths) expect(existsSync(new URL(path, root)), path).toBe(true);
  const made = ['node_modules', '.git', 'cdk.out', '.prove'];
  const foldersIn = (inside: string) =>
    readdirSync(new URL(inside, root), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !made.includes(entry.name))
      .map(({ name }) => inside + name);
  // Each feature is a folder of `features`: those are named by its list.
  const all = foldersIn('./').map((path) => path.replace('./', ''));
  const inside = all.filter((path) => path !== 'features').flatMap((path) => foldersIn(`${path}/`));
  const isNamed = (path: string) => named.includes(path) || named.includes(path.split('/').at(-1) ?? '');
  expect([...all, ...inside].filter((path) => path !== 'packages' && !isNamed(path))).toEqual([]);
});

test('the glossary has 30 words and more, in order', () => {
  const rows = [...(text.split('## Words')[1] ?? '').matchAll(/^\| ([a-z][a-z -]+) \|/gm)];
  const [, ...words] = rows.map(([, word = '']) => word);
  expect(words.length).toBeGreaterThanOrEqual(30);
  expect(words).toEqual(words.toSorted((a, b) => a.localeCompare(b)));
});
