import { fork } from 'node:child_process';
import { once } from 'node:events';

/** Runs a module in a process of its own, so that variants share neither caches nor garbage, and takes its one message. */
export async function inProcess<T>(module: URL, args: readonly string[]): Promise<T> {
  const child = fork(module, [...args], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [message] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`${args.join(' ')} ended with ${code}`))),
  ])) as [T];
  child.kill();
  return message;
}

/** Runs each variant in turn, several times, so that a busy machine hurts all of them alike; the median of each. */
export async function inTurn<N extends string>(
  variants: readonly N[],
  runs: number,
  measure: (variant: N) => Promise<number>,
): Promise<Record<N, number>> {
  const figures = new Map<N, number[]>(variants.map((variant) => [variant, []]));
  for (let run = 1; run <= runs; run++) {
    for (const variant of variants) {
      const figure = await measure(variant);
      figures.get(variant)?.push(figure);
      console.error(`  run ${run} of ${runs}, ${variant}: ${Math.round(figure)}`);
    }
  }
  return Object.fromEntries(
    variants.map((variant) => [variant, median(figures.get(variant) ?? [])]),
  ) as Record<N, number>;
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;
}
