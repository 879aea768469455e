import fc from 'fast-check';

/** One kind of input, and what must hold of each of them. */
export interface Fuzz<T> {
  readonly what: string;
  readonly input: fc.Arbitrary<T>;
  /** @throws when an input does what it must not. Fresh for each run of inputs, so that memory stays bounded. */
  readonly judge: () => (input: T) => Promise<void> | void;
  /** How long one input may take. @default 50 */
  readonly maxMs?: number;
}

export interface FuzzOptions {
  readonly seed: number;
  readonly inputs: number;
  readonly log?: (line: string) => void;
}

const inputsARun = 2_000;

/**
 * Judges that many inputs. @returns what failed, each with the smallest input that still does, and how to get it again.
 */
export async function fuzzRun<T>(
  { what, input, judge, maxMs = 50 }: Fuzz<T>,
  options: FuzzOptions,
): Promise<string[]> {
  const { seed, inputs, log = () => {} } = options;
  for (let done = 0; done < inputs; done += inputsARun) {
    const judgeOne = timed(judge(), maxMs);
    const numRuns = Math.min(inputsARun, inputs - done);
    const run = await fc.check(fc.asyncProperty(input, judgeOne), { seed: seed + done, numRuns });
    if (run.failed) {
      const text = fc.stringify(run.counterexample?.[0]);
      const reason =
        run.errorInstance instanceof Error ? run.errorInstance.message : String(run.errorInstance);
      return [`${what}: ${reason}\n  input: ${text.slice(0, 2000)}\n  seed ${seed + done}`];
    }
    if ((done / inputsARun) % 5 === 4) log(`${what}: ${done + numRuns} of ${inputs}`);
  }
  log(`${what}: ${inputs} inputs`);
  return [];
}

/** A handshake or a frame that goes through the whole stack, which shares its machine with a database and others. */
export const maxStackMs = 1000;

/** An input is slow if it is so each time: once may be a garbage collection, or a neighbour on the machine. */
function timed<T>(judge: (input: T) => Promise<void> | void, maxMs: number) {
  return async (input: T): Promise<void> => {
    for (let tries = 1; ; tries++) {
      const began = performance.now();
      await judge(input);
      const tookMs = performance.now() - began;
      if (tookMs <= maxMs) return;
      if (tries === 4) throw new Error(`took ${Math.round(tookMs)} ms, four times in a row`);
    }
  };
}
