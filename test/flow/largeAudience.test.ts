import { expect, test } from 'vitest';
import { largeAudience } from '../load/largeAudience.ts';
import { times } from '../support/numbers.ts';
import { ownStack } from '../support/ownStack.ts';

/** More than are posted to before the answer: the rest goes through the queue. */
const sockets = times(300, 600);
const events = 2;
const { stack } = ownStack(() => ({ memory: true, quotas: { connectsPerSecond: 100_000 } }));

test('an audience of hundreds gets every event, with posts that fail in every way', async () => {
  const figures = await largeAudience({
    urls: stack(),
    sockets,
    events,
    chance: 0.01,
    seed: 1,
  });
  expect(figures).toMatchObject({ due: sockets * events, lost: 0, wrong: 0, resets: 0 });
  // Faults did strike: posts that were accepted and dropped, delivered and failed, or called gone.
  expect(figures.live).toBeLessThan(sockets);
  expect(figures.live).toBeGreaterThan(sockets * 0.9);
  expect(figures.reopened).toBeGreaterThan(0);
  expect(figures.doubled).toBeGreaterThan(0);
  expect(figures.repairs).toBeGreaterThan(0);
});
