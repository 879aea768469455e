import { beforeEach, expect, test } from 'vitest';
import { type LocalClock, localClock } from '../clock.ts';
import { invokeLater } from './invokeLater.ts';

let clock: LocalClock;
let calls: number;
let lines: string[];
beforeEach(() => {
  clock = localClock();
  calls = 0;
  lines = [];
});

const throttled = Object.assign(new Error('Rate Exceeded.'), { name: 'TooManyRequestsException' });

/** @param outcome of each call, by how many came before it */
const start = (outcome: (before: number) => Error | undefined) =>
  invokeLater({
    clock,
    invoke: async () => {
      const error = outcome(calls++);
      if (error) throw error;
    },
    what: 'Rule: Fn',
    log: (line) => lines.push(line),
  });

test('a function that fails is tried twice more', async () => {
  start(() => new Error('no'));
  await clock.advance(24 * 3_600_000);
  expect(calls).toBe(3);
  expect(lines.at(-1)).toBe('Rule: Fn failed for the last time: Error: no');
});

test('what the account has no room for is tried for six hours, less and less often', async () => {
  start(() => throttled);
  await clock.advance(60_000);
  // At once, and after 1, 3, 7, 15 and 31 s.
  expect(calls).toBe(6);
  await clock.advance(6 * 3_600_000);
  const until = calls;
  expect(until).toBeGreaterThan(70);
  await clock.advance(24 * 3_600_000);
  expect(calls).toBe(until);
  expect(lines.at(-1)).toContain('for the last time: TooManyRequestsException');
});

test('that there was no room is no failure of the function', async () => {
  start((before) => (before < 3 ? throttled : before < 5 ? new Error('no') : undefined));
  await clock.advance(3_600_000);
  expect(calls).toBe(6);
  expect(lines.join()).not.toContain('last time');
});
