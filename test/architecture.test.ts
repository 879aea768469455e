import { readdirSync, readFileSync } from 'node:fs';
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

/** The folders from the highest to the lowest; an engine's other files stand beside its chapters: the server's below them. */
const folders = [
  /^lambdas\//,
  /^core\/api\//,
  /^features\//,
  /^core\/delivery\//,
  /^core\/connections\//,
  /^core\/work\//,
  /^core\/log\//,
  /^core\//,
  /^adapters\//,
  /^packages\/client\/src\/[^/]+$/,
  /^packages\/client\/src\/topics\//,
  /^packages\/client\/src\/requests\//,
  /^packages\/client\/src\/connection\//,
  /^packages\/client\/src\/base\//,
];
function rank(file: string): number {
  const place = folders.findIndex((folder) => folder.test(file));
  expect(place, `${file} is in a folder that has a place`).toBeGreaterThan(-1);
  return place;
}

/** Whether the file of the one has that of the other at run time. */
function imports(file: string, other: string): boolean {
  const path = posix.relative(posix.dirname(file), other);
  const named = `from '${path.startsWith('.') ? path : `./${path}`}';`;
  return read(file)
    .split(/^(?=import|export)/m)
    .some((part) => !/^\w+ type /.test(part) && part.includes(named));
}

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

/** What calls up: through a callback that was handed down, or a feature's part that the app was given. */
const upwards = [
  'core/log/commit.ts → features/engagement/clientState.ts: withInteraction (given)',
  'core/connections/connect.ts → features/engagement/clientTopics.ts: clientFeeds (by name)',
  'packages/client/src/connection/socket.ts → packages/client/src/connection/connection.ts: onFrame (given)',
  'packages/client/src/connection/connection.ts → packages/client/src/createClient.ts: onFrame (given)',
  'packages/client/src/topics/sequencer.ts → packages/client/src/topics/subscriptions.ts: deliver (given)',
  'packages/client/src/topics/topic.ts → features/engagement/client.ts: foldClient (by name)',
];

test('the walks run downwards through the folders, and up only where a callback was handed down', () => {
  const climbing: string[] = [];
  for (const walk of walks) {
    const callers: Step[] = [];
    for (const step of walk) {
      const caller = callers[step.depth - 1];
      callers[step.depth] = step;
      if (!caller || caller.file === step.file) continue;
      if (rank(step.file) < rank(caller.file) || imports(step.file, caller.file))
        climbing.push(`${caller.file} → ${step.file}: ${step.name} (${step.found})`);
    }
  }
  expect(climbing).toEqual(upwards);
});

const table = /## Folders\n(.*?)\n## /s.exec(text)?.[1] ?? '';
const inTicks = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
/** A row's folders stand in its first cell; those within them, by their path from there, in its second. */
const rows = [...table.matchAll(/^\| (`.*?) \| (.*?) \|/gm)].map(([, first, second]) => ({
  folders: inTicks(first).filter((name) => !name.includes('.json') && !name.includes('.ts')),
  within: inTicks(second),
}));
const made = ['node_modules', '.git', 'cdk.out', '.prove', '.tidings', 'dist'];

/** The folders within one, at any depth. Of features each is a folder, and what a new app is made of is no part of this one. */
function foldersIn(folder: string): string[] {
  if (folder === 'packages/create-tidings/template') return [];
  return readdirSync(new URL(`${folder}/`, root), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !made.includes(entry.name))
    .map(({ name }) => posix.join(folder, name))
    .flatMap((path) => [path, ...foldersIn(path)]);
}

test('the table of folders names every folder by its whole path, at any depth', () => {
  const all = foldersIn('.').filter((path) => path !== 'packages' && !/^features\/[^/]+$/.test(path));
  // A package's code is in its `src`, which is not written.
  const paths = new Set(all.map((path) => path.replace(/(?<=^packages\/[^/]+)\/src(?=\/|$)/, '')));
  const named = rows.flatMap(({ folders, within }) =>
    folders.flatMap((folder) => [folder, ...within.map((name) => posix.join(folder, name))]),
  );
  const patterns = named.map(
    (name) => new RegExp(`^${name.replaceAll('.', '\\.').replaceAll('*', '[^/]+')}$`),
  );
  expect([...paths].filter((path) => !patterns.some((pattern) => pattern.test(path)))).toEqual([]);
  const first = rows.flatMap(({ folders }) => folders);
  const isThere = (name: string) => new RegExp(`^${name.replaceAll('*', '[^/]+')}$`);
  expect(first.length).toBeGreaterThan(30);
  expect(first.filter((name) => ![...paths].some((path) => isThere(name).test(path)))).toEqual([]);
});

test('the glossary has 30 words and more, in order', () => {
  const rows = [...(text.split('## Words')[1] ?? '').matchAll(/^\| ([a-z][a-z -]+) \|/gm)];
  const [, ...words] = rows.map(([, word = '']) => word);
  expect(words.length).toBeGreaterThanOrEqual(30);
  expect(words).toEqual(words.toSorted((a, b) => a.localeCompare(b)));
});
