import { expect, test } from 'vitest';
import { systemClock } from './clock.ts';

test('a timer that was cancelled does not run, another does', async () => {
  const ran: string[] = [];
  systemClock.setTimeout(() => ran.push('cancelled'), 0).cancel();
  await new Promise<void>((resolve) => {
    systemClock.setTimeout(resolve, 0);
  });
  expect(ran).toEqual([]);
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1_000);
});
