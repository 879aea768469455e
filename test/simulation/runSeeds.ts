import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Proof } from './runSeed.ts';
import type { Assignment } from './runSeedsChild.ts';

/** A seed that took its process with it. */
export interface Broken {
  readonly seed: number;
  readonly crashed: string;
}

/**
 * Runs seeds in as many processes as there are processors.
 *
 * @param onDone hears each seed as it ends, in no order.
 */
export async function runSeeds(
  seeds: readonly number[],
  assignment: Omit<Assignment, 'seed'>,
  onDone: (ended: Proof | Broken) => void,
): Promise<void> {
  const left = [...seeds];
  const workers = Math.min(seeds.length, availableParallelism());
  await Promise.all(Array.from({ length: workers }, () => work(left, assignment, onDone)));
}

async function work(
  left: number[],
  assignment: Omit<Assignment, 'seed'>,
  onDone: (ended: Proof | Broken) => void,
): Promise<void> {
  for (let seed = left.shift(); seed !== undefined; ) {
    const child = startChild();
    for (; seed !== undefined; seed = left.shift()) {
      const ended = await child.run({ ...assignment, seed });
      onDone(ended);
      if ('crashed' in ended) {
        seed = left.shift();
        break;
      }
    }
    child.end();
  }
}

function startChild() {
  const child = fork(fileURLToPath(new URL('./runSeedsChild.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  });
  return {
    run: (assignment: Assignment) =>
      new Promise<Proof | Broken>((resolve) => {
        const { seed } = assignment;
        const onExit = (code: number | null) => resolve({ seed, crashed: `its process ended with ${code}` });
        child.once('exit', onExit);
        child.once('message', (answer: Proof | { crashed: string }) => {
          child.off('exit', onExit);
          resolve('crashed' in answer ? { seed, crashed: answer.crashed } : answer);
        });
        child.send(assignment);
      }),
    end: () => void child.kill(),
  };
}
