import { spawnSync } from 'node:child_process';
import { type Recording, record, recordings } from '../test/simulation/oracleTests/recorded.ts';
import { WrongUsage } from './runCommand.ts';

const folder = 'test/simulation/oracleTests';
const maxTries = 50;

/**
 * Records a run for the tests of the oracle, of the first seed from this one on in which all comes up that they are about.
 *
 * @throws {WrongUsage} where no recording has this name.
 */
export async function recordEvidence(name: string, from: number): Promise<void> {
  if (!isRecording(name)) {
    throw new WrongUsage(`There is no recording "${name}", but ${Object.keys(recordings).join(', ')}.`);
  }
  for (let seed = from; seed < from + maxTries; seed++) {
    await record(name, seed);
    if (testsPass()) {
      console.error(`${name}: seed ${seed}`);
      return;
    }
    console.error(`${name}: seed ${seed} lacks what a test is about`);
  }
  throw new Error(
    `the tests of the oracle pass with none of ${maxTries} seeds: have they another cause to fail?`,
  );
}

const isRecording = (name: string): name is Recording => Object.hasOwn(recordings, name);

function testsPass(): boolean {
  const { status } = spawnSync('npx', ['vitest', 'run', '--project', 'unit', folder], { stdio: 'ignore' });
  return status === 0;
}
