import { expect, test } from 'vitest';
import { limitRace, racers } from '../load/limitRace.ts';
import { times } from '../support/numbers.ts';
import { ownStack } from '../support/ownStack.ts';

const limit = 5;
const { stack } = ownStack(() => ({
  settings: { limits: { connectionsPerUser: limit } },
  quotas: { connectsPerSecond: 100_000 },
  atOnce: racers,
}));

test('of 50 connects at once with a limit of 5, exactly 5 open, in every round', async () => {
  expect(await limitRace({ urls: stack(), rounds: times(4, 10), limit })).toEqual([]);
});
