import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { runCommand, WrongUsage, whole } from '../scripts/runCommand.ts';
import { benches } from './benches.ts';
import { type Bench, runBench } from './measure.ts';
import { type MeasuredBench, thisCommit, thisMachine } from './results.ts';
import { tableOf } from './resultsTable.ts';

const longest = Math.max(...benches.map(({ name }) => name.length));
const list = benches.map(({ name, measures }) => `  ${name.padEnd(longest)}  ${measures}`).join('\n');

const help = `npm run bench -- [--only NAME,…] [--runs N] [--json FILE] [--note TEXT]

Measures, variants in turn and each in a process of its own. Times are this machine's, and only the ratios mean
anything on another one; what is counted (units, frames, bytes) is the same everywhere.

${list}

  --only NAME,…  these alone
  --runs N       how often each variant runs; the median counts (default 3). What is counted runs once
  --json FILE    also writes all figures with their runs, the machine and the commit there
  --note TEXT    what else there is to know of the run, such as what else the machine was doing
  --help         this text

Says on standard error how far it is, and on standard output what it came to. Ends with 1 where one of them failed;
the others are kept.
`;

const command = {
  name: 'bench',
  help,
  options: {
    only: { type: 'string' },
    runs: { type: 'string', default: '3' },
    json: { type: 'string' },
    note: { type: 'string' },
  },
} as const;

await runCommand(command, async ({ values: { only, runs, json, note } }) => {
  const chosen = only === undefined ? benches : only.split(',').map(named);
  const times = whole('runs', runs);
  // A folder that cannot be made is better known before the minutes that this takes.
  if (json !== undefined) await mkdir(dirname(json), { recursive: true });
  const begin = { commit: thisCommit(), date: new Date().toISOString().slice(0, 10), machine: thisMachine() };
  const measured: MeasuredBench[] = [];
  for (const one of chosen) {
    try {
      measured.push(await runBench(one, times));
    } catch (error) {
      // The others took minutes, and are kept.
      console.error(error);
      process.exitCode = 1;
    }
  }
  const results = { ...begin, ...(note === undefined ? {} : { note }), benches: measured };
  if (json !== undefined) await writeFile(json, `${JSON.stringify(results, null, 2)}\n`);
  process.stdout.write(tableOf(results));
});

/** @throws {WrongUsage} */
function named(name: string): Bench {
  const found = benches.find((one) => one.name === name);
  if (found) return found;
  throw new WrongUsage(`There is no bench "${name}": they are ${benches.map((one) => one.name).join(', ')}.`);
}
