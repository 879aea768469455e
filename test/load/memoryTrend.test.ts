import { describe, expect, test } from 'vitest';
import { memoryTrend, type Sample, verdictOn } from './memoryTrend.ts';
import { seeded } from './seeded.ts';

const megabyte = 2 ** 20;
const bound = 0.1;

/** Ten minutes, sampled each five seconds: what stays, by the minute, and now and then something under way. */
function run(stays: (minute: number) => number, { noise = 3, minutes = 10, seed = 1 } = {}): Sample[] {
  const random = seeded(seed);
  return Array.from({ length: minutes * 12 }, (_, n) => {
    const minute = n / 12;
    const underWay = random() < 0.5 ? noise * random() : 0;
    return { minute, bytes: (stays(minute) + underWay + 0.1 * random()) * megabyte };
  });
}

function verdict(samples: readonly Sample[]) {
  const trend = memoryTrend(samples);
  return trend && verdictOn(trend, bound);
}

describe('memory over a run', () => {
  test('is flat when what is under way comes and goes', () => {
    expect(verdict(run(() => 70, { noise: 30 }))).toBe('flat');
  });

  test('is flat when a rush took much for a minute, be it the last one', () => {
    for (const began of [0, 4, 9]) {
      expect(verdict(run((minute) => 70 + (minute >= began && minute < began + 1 ? 3 : 0)))).toBe('flat');
    }
  });

  test('is flat when it goes up and comes down again, however often', () => {
    expect(verdict(run((minute) => 70 + 8 * (Math.floor(minute) % 2)))).toBe('flat');
  });

  test('grows when it made a step, be it near an end', () => {
    for (const at of [1, 3, 5, 7]) {
      expect(verdict(run((minute) => 70 + (minute < at ? 0 : 3)))).toBe('grows');
    }
  });

  test('grows when little is left behind each minute, however much comes and goes', () => {
    expect(verdict(run((minute) => 70 + 0.2 * minute, { noise: 30 }))).toBe('grows');
  });

  test('cannot be told when it jumps up and down for minutes', () => {
    const heights = [3, 0, 5, 1, 7, 2, 6, 8, 4, 0];
    expect(verdict(run((minute) => 70 + (heights[Math.floor(minute)] ?? 0)))).toBe('cannot be told');
  });

  test('is not judged where it was watched too shortly', () => {
    expect(verdict(run((minute) => 70 + 9 * minute, { minutes: 3 }))).toBeUndefined();
  });

  test('is measured in megabytes a minute', () => {
    const trend = memoryTrend(run((minute) => 70 + 2 * minute));
    expect(trend?.perMinute).toBeGreaterThan(1.9);
    expect(trend?.perMinute).toBeLessThan(2.1);
    expect(trend?.min).toBeGreaterThan(1.9);
    expect(trend?.max).toBeLessThan(2.1);
  });

  test('is hardly ever misjudged: of 300 runs none that leaks is flat, and none that does not grows', () => {
    const verdicts = (stays: (minute: number) => number) =>
      new Set(Array.from({ length: 300 }, (_, seed) => verdict(run(stays, { noise: 10, seed }))));
    expect(verdicts((minute) => 70 + 0.3 * minute)).not.toContain('flat');
    expect(verdicts(() => 70)).not.toContain('grows');
  });
});
