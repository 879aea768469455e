import { spawn } from 'node:child_process';
import type { Proof } from '../test/simulation/runSeed.ts';
import { type Broken, runSeeds } from '../test/simulation/runSeeds.ts';
import { describeFailure, enough, hasFailed, isProven, summary } from './proveReport.ts';
import { recordEvidence } from './recordEvidence.ts';
import { runCommand, whole } from './runCommand.ts';

const help = `Usage: npm run prove -- [options]

Runs the system on a virtual clock with faults everywhere, and judges what its clients saw and what is in its table.
The same seed gives the same run, to the byte.

  --seed N          the first seed (default 1); alone, only this one
  --seeds K         how many seeds (default 300, or 1 with --seed)
  --clients C       devices a seed (default 20)
  --minutes M       virtual minutes of load a seed (default 30)
  --spiteful        in every seed somebody attacks by all APIs (otherwise in some)
  --late            in every seed the schedules first run hours late (otherwise in some)
  --transcripts     keep the evidence of every seed, not only of those that fail
  --folder DIR      where evidence goes (default: .prove)
  --interleavings   instead: 10,000 interleavings of each race, 20,000 sequences against the model, 5,000
                    against the model of the client, and 3,000 by both tables
  --record NAME     instead: records the run of this name for the tests of the oracle, of the first seed from
                    --seed on in which all comes up that they are about
  --help            this text

Ends with 1 if any invariant was violated; each seed that fails is named with the command that replays it. A run of
${enough.seeds} seeds of the default size, or more, also ends with 1 if nothing came up that one of the rules is about.
`;

const options = {
  seed: { type: 'string' },
  seeds: { type: 'string' },
  clients: { type: 'string', default: '20' },
  minutes: { type: 'string', default: '30' },
  spiteful: { type: 'boolean' },
  late: { type: 'boolean' },
  transcripts: { type: 'boolean', default: false },
  folder: { type: 'string', default: '.prove' },
  interleavings: { type: 'boolean', default: false },
  record: { type: 'string' },
} as const;

await runCommand({ name: 'prove', help, options }, async ({ values }) => {
  if (values.interleavings) return interleave();
  const first = whole('seed', values.seed ?? '1');
  if (values.record !== undefined) return recordEvidence(values.record, first);
  const count = whole('seeds', values.seeds ?? (values.seed === undefined ? '300' : '1'));
  const [clients, minutes] = [whole('clients', values.clients), whole('minutes', values.minutes)];
  const seeds = Array.from({ length: count }, (_, index) => first + index);
  const began = performance.now();
  const ended: (Proof | Broken)[] = [];
  const keep = { folder: values.folder, all: values.transcripts };
  const { spiteful, late } = values;
  const wanted = { ...(spiteful && { spiteful }), ...(late && { late }) };
  await runSeeds(seeds, { clients, minutes, keep, ...wanted }, (one) => {
    ended.push(one);
    if (hasFailed(one))
      console.error(describeFailure(one, { clients, minutes, folder: values.folder, ...wanted }));
    progress(ended, count, performance.now() - began);
  });
  if (process.stderr.isTTY) process.stderr.write('\n');
  process.stdout.write(summary(ended, { clients, minutes, tookMs: performance.now() - began }));
  if (!isProven(ended, { clients, minutes })) process.exitCode = 1;
});

/** One line that is written over on a terminal, and one line every 25 seeds elsewhere. */
function progress(ended: readonly (Proof | Broken)[], of: number, tookMs: number): void {
  const failed = ended.filter(hasFailed).length;
  const leftSeconds = Math.round(((tookMs / ended.length) * (of - ended.length)) / 1000);
  const line = `${ended.length} of ${of} seeds, ${failed} failed, ${leftSeconds} s left`;
  if (process.stderr.isTTY) process.stderr.write(`\r${line}   `);
  else if (ended.length % 25 === 0) process.stderr.write(`${line}\n`);
}

/** The tests that `npm test` runs in short. */
function interleave(): Promise<void> {
  const env = {
    ...process.env,
    PROVE_RUNS: '10000',
    PROVE_SEQUENCES: '20000',
    PROVE_TABLE_RUNS: '3000',
    TIDINGS_CLIENT_RUNS: '5000',
  };
  const files = [
    'test/simulation/scenarios/hotTopic.test.ts',
    'test/simulation/scenarios/interleavings.test.ts',
    'test/simulation/scenarios/connectionRaces.test.ts',
    'test/simulation/scenarios/model.test.ts',
    'packages/client/test/model.test.ts',
    'adapters/dynamodb/table.engine.test.ts',
  ];
  const child = spawn('npx', ['vitest', 'run', '--reporter=verbose', '--testTimeout=900000', ...files], {
    stdio: 'inherit',
    env,
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      process.exitCode = code ?? 1;
      resolve();
    });
  });
}
