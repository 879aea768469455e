import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runSeed } from './runSeed.ts';
import type { Evidence, Simulation } from './simulate.ts';

/** What a child process is asked to run. `keep`: a folder for the evidence of seeds that fail (all: of every seed). */
export interface Assignment extends Simulation {
  readonly keep: { readonly folder: string; readonly all: boolean };
}

process.on('unhandledRejection', (error) => {
  // Nothing of the product may leave a rejection behind, so the seed at hand has failed.
  process.send?.({ crashed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  process.exit(1);
});

// Whoever asked is gone.
process.on('disconnect', () => process.exit());

process.on('message', (assignment: Assignment) => {
  void run(assignment);
});

async function run({ keep, ...simulation }: Assignment): Promise<void> {
  const { proof, evidence } = await runSeed(simulation);
  if (keep.all || proof.violations.length > 0) write(join(keep.folder, `seed-${simulation.seed}`), evidence);
  process.send?.(proof);
}

function write(folder: string, { lines, atRest, atEnd }: Evidence): void {
  mkdirSync(folder, { recursive: true });
  const text = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  writeFileSync(join(folder, 'transcript.jsonl'), lines.map((line) => `${line}\n`).join(''));
  writeFileSync(join(folder, 'table-at-rest.jsonl'), text(atRest));
  writeFileSync(join(folder, 'table-at-end.jsonl'), text(atEnd));
}
