import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Right } from './statement.ts';

/** Which rights the functions' roles have, which of them were used, and what was denied: written down where somebody asks for it. */
export interface RightsUsed {
  has(entry: string, right: Right): void;
  note(entry: string, right: Right): void;
  /** Whether it is known by now that this one is used, or nobody wants to know. */
  isNoted(entry: string, right: Right): boolean;
  denied(entry: string, right: Right): void;
}

/** The environment variable with the folder that it is written to: one file a process, of lines of four fields. */
export const rightsFolderVariable = 'TIDINGS_RIGHTS_FOLDER';

const lineOf = (what: 'has' | 'used' | 'denied', entry: string, { action, resource }: Right): string =>
  [what, entry, action, resource].join('\t');

export function rightsUsed(folder: string | undefined): RightsUsed {
  if (!folder) return { has: () => {}, note: () => {}, isNoted: () => true, denied: () => {} };
  const file = join(folder, `${process.pid}.tsv`);
  const written = new Set<string>();
  // At once and whole: a test may kill its process.
  const write = (line: string) => {
    if (written.has(line)) return;
    written.add(line);
    appendFileSync(file, `${line}\n`);
  };
  return {
    has: (entry, right) => write(lineOf('has', entry, right)),
    note: (entry, right) => write(lineOf('used', entry, right)),
    denied: (entry, right) => write(lineOf('denied', entry, right)),
    isNoted: (entry, right) => written.has(lineOf('used', entry, right)),
  };
}
