import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { rightsFolderVariable } from '../../local/rights/rightsUsed.ts';

/**
 * A vitest global setup: has every stack of the run, in whatever process, write down which rights its functions have
 * and use. What was denied fails the run: the engine is made to do without a post or a message that fails, so that a
 * test may pass all the same. Rights that no test used are told of, and fail nothing.
 */
export default function setup(project: TestProject): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-rights-'));
  process.env[rightsFolderVariable] = folder;
  return async () => {
    delete process.env[rightsFolderVariable];
    const lines = readdirSync(folder).flatMap((file) =>
      readFileSync(join(folder, file), 'utf8').split('\n').filter(Boolean),
    );
    rmSync(folder, { recursive: true });
    const denied = deniedIn(lines);
    if (denied.length > 0) process.exitCode = 1;
    const unused = (await ranWhole(project)) ? unusedIn(lines) : [];
    const report = [
      ...headed('Functions did what their roles do not allow, and this fails the run:', denied),
      ...headed('Rights that no test used (which fails nothing):', unused),
    ];
    if (report.length > 0) console.error(`\n${report.join('\n')}\n`);
  };
}

const headed = (head: string, lines: readonly string[]): string[] =>
  lines.length > 0 ? [head, ...lines.map((line) => `  ${line}`)] : [];

/** Of some of the files, and in memory, where no request to DynamoDB is made, most rights are not used. */
async function ranWhole(project: TestProject): Promise<boolean> {
  if (process.env.TIDINGS_TEST_ENGINE === 'memory') return false;
  const { testFiles } = await project.globTestFiles();
  const ran = new Set(project.vitest.state.getTestModules().map(({ moduleId }) => moduleId));
  return testFiles.every((file) => ran.has(file));
}

/** A right of a function, in words that are the same in each app's stack. */
interface Line {
  readonly what: string;
  readonly entry: string;
  readonly action: string;
  readonly resource: string;
}

function parse(line: string): Line {
  const [what = '', entry = '', action = '', arn = ''] = line.split('\t');
  const resource = arn
    .replace(/^arn:aws:([^:]*:){3}/, '')
    .replace(/^(table|event-bus)\//, '')
    // The end of a logical id.
    .replace(/[0-9A-F]{8}(?=$|\/)/, '')
    .replace(/@connections\/.*$/, '@connections/*');
  return { what, entry: entry.replace(/^(\.\.\/)+/, ''), action, resource };
}

export const deniedIn = (lines: readonly string[]): string[] => [
  ...new Set(
    lines
      .map(parse)
      .filter(({ what }) => what === 'denied')
      .map(({ entry, action, resource }) => `${entry}: ${action} on ${resource}`),
  ),
];

/** The rights that functions have and none used, a line a function. */
export function unusedIn(lines: readonly string[]): string[] {
  const all = lines.map(parse);
  const used = all.filter(({ what }) => what === 'used');
  // In an app's own stack the same resource has the app's names before its own.
  const isSame = (a: Line, b: Line) =>
    a.entry === b.entry &&
    a.action === b.action &&
    (a.resource.endsWith(b.resource) || b.resource.endsWith(a.resource));
  const unused: Line[] = [];
  for (const right of all.filter(({ what }) => what === 'has')) {
    if (![...used, ...unused].some((other) => isSame(right, other))) unused.push(right);
  }
  const byEntry = new Map<string, string[]>();
  for (const { entry, action, resource } of unused) {
    byEntry.set(entry, [...(byEntry.get(entry) ?? []), `${action} on ${resource}`]);
  }
  return [...byEntry]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([entry, rights]) => `${entry}: ${rights.sort().join(', ')}`);
}
