import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A small defect that somebody could make, kept as a patch against the product. */
export interface Mutant {
  readonly name: string;
  /** The patch, as a path from the root. */
  readonly patch: string;
  readonly defect: string;
  /** The test that finds it, by file and name. */
  readonly file: string;
  readonly test: string;
}

const folder = 'test/mutants';

/** Reads the patches of `test/mutants`. @throws on one that does not say what it breaks and who finds it. */
export function readMutants(root: string): Mutant[] {
  return readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.patch'))
    .toSorted()
    .map((file) => {
      const patch = `${folder}/${file}`;
      const text = readFileSync(join(root, patch), 'utf8');
      const defect = /^defect: (.+)$/m.exec(text)?.[1];
      const [, testFile, test] = /^killed by: (\S+) > (.+)$/m.exec(text) ?? [];
      if (defect === undefined || testFile === undefined || test === undefined) {
        throw new Error(`${patch} must begin with "defect: …" and "killed by: <file> > <test>"`);
      }
      return { name: file.replace(/\.patch$/, ''), patch, defect, file: testFile, test };
    });
}
