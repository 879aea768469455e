import type { Clock, Random } from '../../core/ports.ts';

const PATIENCE_MS = 3_000;
const LONGEST_WAIT_MS = 100;

/**
 * Runs a step again while it fails with what `isTransient` names, for up to 3 s, waiting a random time
 * between the tries so that those who met once do not meet again.
 * @throws the last error when the time is up, and any other error at once
 */
export async function persist<T>(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  isTransient: (error: unknown) => boolean,
  step: () => Promise<T>,
): Promise<T> {
  const untilMs = clock.now() + PATIENCE_MS;
  for (let tries = 0; ; tries++) {
    try {
      return await step();
    } catch (error) {
      if (!isTransient(error) || clock.now() >= untilMs) throw error;
      // At least a millisecond, so that the time runs out whatever the randomness says.
      await clock.wait(1 + random.fraction() * Math.min(LONGEST_WAIT_MS, 10 * 2 ** tries));
    }
  }
}
