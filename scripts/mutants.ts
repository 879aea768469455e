import { availableParallelism } from 'node:os';
import { type Mutant, readMutants } from '../test/mutants/mutant.ts';
import { type Ran, type ScratchCopy, scratchCopy } from '../test/mutants/scratchCopy.ts';
import { runCommand, WrongUsage } from './runCommand.ts';

const help = `Usage: npm run mutants -- [options]

Plants each small defect of test/mutants in turn, in a copy of the checkout, and runs the one test that must find it.

  --only TEXT   only the defects whose name contains it
  --list        what each mutant breaks, and which test is to find it
  --help        this text

Ends with 1 unless every defect was found by its test.
`;

const options = {
  only: { type: 'string', default: '' },
  list: { type: 'boolean', default: false },
} as const;

await runCommand({ name: 'mutants', help, options }, async ({ values }) => {
  const bugs = readMutants('.').filter(({ name }) => name.includes(values.only));
  if (bugs.length === 0) throw new WrongUsage(`No mutant has "${values.only}" in its name.`);
  if (values.list) return void process.stdout.write(bugs.map(describe).join(''));
  const left = [...bugs];
  let done = 0;
  let killed = 0;
  const began = performance.now();
  const work = async () => {
    const copy = scratchCopy(process.cwd());
    try {
      for (let bug = left.shift(); bug; bug = left.shift()) {
        const { found, text } = await plant(copy, bug);
        if (found) killed++;
        process.stdout.write(
          `${++done} of ${bugs.length}  ${found ? 'found   ' : 'SURVIVED'}  ${bug.name}: ${text}\n`,
        );
      }
    } finally {
      copy.remove();
    }
  };
  await Promise.all(Array.from({ length: Math.min(bugs.length, availableParallelism()) }, work));
  const seconds = Math.round((performance.now() - began) / 1000);
  process.stdout.write(`${killed} of ${bugs.length} mutants were killed, in ${seconds} s\n`);
  if (killed < bugs.length) process.exitCode = 1;
});

function describe({ name, defect, file, test }: Mutant): string {
  return `${name}\n  ${defect}\n  ${file}: ${test}\n`;
}

/** The test must pass before and fail after: one that always fails finds nothing. */
async function plant(copy: ScratchCopy, bug: Mutant): Promise<{ found: boolean; text: string }> {
  const before = await copy.run(bug);
  if ('broken' in before || before.failed.length > 0) {
    return { found: false, text: `${bug.file} does not pass without the defect: ${reasonOf(before)}` };
  }
  try {
    copy.apply(bug);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { found: false, text: `${bug.patch} does not apply any more: make it anew (${why.trim()})` };
  }
  const after = await copy.run(bug);
  copy.apply(bug, 'back');
  if ('broken' in after) return { found: false, text: `${bug.file} does not run: ${reasonOf(after)}` };
  const found = after.failed.includes(bug.test);
  return { found, text: found ? `"${bug.test}"` : `"${bug.test}" passes all the same` };
}

function reasonOf(ran: Ran): string {
  return 'broken' in ran ? ran.broken.trim().slice(-400) : ran.failed.join(', ');
}
