import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  awayFrom,
  type Compared,
  comparePresence,
  graceMs,
  type Known,
  maxNamed,
  nobody,
} from './comparePresence.ts';

const users = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `user-${from + n}`);
/** The updates of a room in a row: at each time, who is there. */
function updates(...steps: readonly (readonly [atMs: number, present: readonly string[]])[]): Compared[] {
  let lastSent: Known = nobody;
  return steps.map(([atMs, present]) => {
    const compared = comparePresence(lastSent, new Set(present), 1_000_000 + atMs);
    lastSent = compared.lastSent;
    return compared;
  });
}

/** Comings and goings among so many users: how long after the one before, and who is there then. */
const stepsOf = (count: number) =>
  fc.array(fc.tuple(fc.integer({ min: 1, max: 8000 }), fc.uniqueArray(fc.constantFrom(...users(count)))), {
    minLength: 1,
    maxLength: 30,
  });

/** The updates of a room from step to step, until every grace is over. */
function updatesToTheEnd(steps: readonly (readonly [pauseMs: number, present: readonly string[]])[]) {
  let atMs = 0;
  const times = steps.map(([pauseMs, present]) => {
    atMs += pauseMs;
    return [atMs, present] as const;
  });
  const last = times.at(-1)?.[1] ?? [];
  return { last, compared: updates(...times, [atMs + graceMs + 8000, last], [atMs + 3 * graceMs, last]) };
}

const news = (compared: readonly Compared[]) => compared.map((one) => one.news);

test('who comes is sent at once, who goes when the grace is over, and each once', () => {
  const steps = updates(
    [0, ['ann']],
    [1000, ['ann', 'ben']],
    [2000, ['ann']],
    [2000 + graceMs - 1, ['ann']],
    [2000 + graceMs, ['ann']],
    [3000 + graceMs, ['ann']],
  );
  expect(news(steps)).toEqual([
    { joined: ['ann'], left: [], count: 1 },
    { joined: ['ben'], left: [], count: 2 },
    undefined,
    undefined,
    { joined: [], left: ['ben'], count: 1 },
    undefined,
  ]);
  expect(steps[2]?.lookAgainAtMs).toBe(1_002_000 + graceMs);
});

test('each absence has a grace of its own', () => {
  const steps = updates([0, ['ann']], [1000, []], [2000, ['ann']], [10_000, []], [1000 + graceMs, []]);
  expect(news(steps.slice(1))).toEqual([undefined, undefined, undefined, undefined]);
  expect(steps.at(-1)?.lookAgainAtMs).toBe(1_010_000 + graceMs);
});

test('users named like what every object has are sent like others', () => {
  const steps = updates([0, ['__proto__', 'constructor']], [1, ['__proto__']], [1 + graceMs, ['__proto__']]);
  expect(news(steps)).toEqual([
    { joined: ['__proto__', 'constructor'], left: [], count: 2 },
    undefined,
    { joined: [], left: ['constructor'], count: 1 },
  ]);
});

test('above 200 users a room gets how many there are, and names again from 200 on', () => {
  const steps = updates(
    [0, users(maxNamed)],
    [1000, users(maxNamed + 1)],
    [2000, users(maxNamed + 5)],
    [3000, users(maxNamed)],
    [3000 + graceMs, users(maxNamed)],
    [4000 + graceMs, users(maxNamed - 1)],
    [4000 + 2 * graceMs, users(maxNamed - 1)],
  );
  expect(news(steps).slice(1)).toEqual([
    { count: 201 },
    { count: 205 },
    undefined,
    { count: 200 },
    undefined,
    { joined: [], left: ['user-199'], count: 199 },
  ]);
});

test('a large room that reconnects as a whole gets nothing, and one that shrinks gets an update when it is sure', () => {
  const all = users(1000);
  const steps = updates(
    [0, all],
    [1000, []],
    [2000, users(500)],
    [8000, all],
    [9000, users(700)],
    [9000 + graceMs - 1, users(600)],
    [9000 + graceMs, users(600)],
  );
  expect(news(steps)).toEqual([
    { count: 1000 },
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    { count: 600 },
  ]);
});

test('users whose ids are too long for a frame are counted, however few they are', () => {
  const long = users(150).map((user) => user + '🦉'.repeat(60));
  expect(news(updates([0, long]))).toEqual([{ count: 150 }]);
});

test('whoever follows the frames knows at the end who is there, whatever came and went', () => {
  fc.assert(
    fc.property(stepsOf(6), (steps) => {
      const { compared, last } = updatesToTheEnd(steps);
      const known = new Set<string>();
      for (const { news: one } of compared) {
        if (!one || !('joined' in one)) continue;
        for (const user of one.joined) {
          expect(known.has(user)).toBe(false);
          known.add(user);
        }
        for (const user of one.left) expect(known.delete(user)).toBe(true);
        expect(known.size).toBe(one.count);
      }
      expect([...known].sort()).toEqual([...last].sort());
    }),
  );
});

test('whoever asks at some time and follows the frames from then on knows at the end who is there', () => {
  fc.assert(
    fc.property(stepsOf(4), fc.nat(), (steps, chosen) => {
      const { compared, last } = updatesToTheEnd(steps);
      const asks = chosen % steps.length;
      const present = steps[asks]?.[1] ?? [];
      const away = awayFrom(compared[asks]?.lastSent ?? nobody, new Set(present)) as readonly string[];
      const known = new Set([...present, ...away]);
      for (const { news: one } of compared.slice(asks + 1)) {
        if (!one || !('joined' in one)) continue;
        for (const user of one.joined) known.add(user);
        for (const user of one.left) known.delete(user);
      }
      expect([...known].sort()).toEqual([...last].sort());
    }),
  );
});

test('in a room that gets numbers, those who are away for a moment are counted', () => {
  const all = users(maxNamed + 10);
  const [, compared] = updates([0, all], [1000, all.slice(4)]);
  expect(awayFrom(compared?.lastSent ?? nobody, new Set(all.slice(4)))).toBe(4);
});
