import { expect, test } from 'vitest';
import { impatient, memoryRuntime } from '../test/support/memoryRuntime.ts';
import { again, retry } from './retry.ts';

/** How often a step that takes so long is tried where it never succeeds, and how long that takes. */
async function triesOf(stepMs: number): Promise<{ readonly tries: number; readonly tookMs: number }> {
  const runtime = impatient(memoryRuntime());
  const { clock } = runtime;
  const begun = clock.now();
  let tries = 0;
  const never = retry(runtime, async () => {
    tries++;
    await clock.wait(stepMs);
    return again();
  });
  await expect(never).rejects.toMatchObject({ code: 'unavailable', retryAfterMs: 1000 });
  return { tries, tookMs: clock.now() - begun };
}

test('a step is tried for three seconds, however few tries that are', async () => {
  const { tries, tookMs } = await triesOf(700);
  expect(tries).toBeLessThanOrEqual(5);
  expect(tookMs).toBeGreaterThanOrEqual(3000);
  expect(tookMs).toBeLessThanOrEqual(3000 + 700 + 100);
});

test('and however many: one that fails at once is tried more often', async () => {
  const { tries, tookMs } = await triesOf(0);
  expect(tries).toBeGreaterThanOrEqual(30);
  expect(tookMs).toBeGreaterThanOrEqual(3000);
  expect(tookMs).toBeLessThanOrEqual(3000 + 101);
});
