import { expect, test } from 'vitest';
import { outcomes } from '../../../local/faults.ts';
import { faultText, kinds } from './localStack.ts';

test('there are words for all that can fail here, and for nothing else', () => {
  const inWords = Object.entries(kinds).map(([op, kind]) => [op, new Set(Object.keys(kind.outcomes))]);
  expect(Object.fromEntries(inWords)).toEqual(
    Object.fromEntries(Object.entries(outcomes).map(([op, ways]) => [op, new Set<string>(ways)])),
  );
});

test.each([
  [
    { op: 'post', outcome: 'drop', count: 5 },
    'Posts to connections are lost, and no error says so, for the next 5.',
  ],
  [{ op: 'connect', outcome: 'slow', delayMs: 2_500 }, 'Handshakes are slow, by 2.5 s, until it is cleared.'],
  [{ op: 'connect', outcome: 'slow' }, 'Handshakes are slow, by 1 s, until it is cleared.'],
  [
    { op: 'commit', outcome: 'conflict', probability: 0.2 },
    'Commits meet another one, with a chance of 0.2.',
  ],
  [{ op: 'later', outcome: 'odd', count: 1 }, 'later odd, for the next 1.'],
])('a fault is said in a sentence: %o', (fault, text) => {
  expect(faultText(fault)).toBe(text);
});
