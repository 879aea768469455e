import { describe, expect, test } from 'vitest';
import { localClock } from './clock.ts';

describe('the local clock', () => {
  test('is real time until it is moved, and stays moved', async () => {
    const clock = localClock();
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1_000);
    await clock.advance(3_600_000);
    const ahead = clock.now() - Date.now();
    expect(ahead).toBeGreaterThanOrEqual(3_600_000);
    expect(ahead).toBeLessThan(3_601_000);
  });

  test('runs timers in the order of their time, each at its own time', async () => {
    const clock = localClock();
    const start = clock.now();
    const seen: [string, number][] = [];
    const note = (name: string) => () => seen.push([name, Math.round((clock.now() - start) / 1_000)]);
    clock.setTimeout(note('second'), 120_000);
    clock.setTimeout(note('first'), 60_000);
    clock.setTimeout(note('later'), 600_000);
    await clock.advance(180_000);
    expect(seen).toEqual([
      ['first', 60],
      ['second', 120],
    ]);
    clock.stop();
  });

  test('a timer set by a timer runs within the same move if it falls due', async () => {
    const clock = localClock();
    let rounds = 0;
    const again = () => {
      rounds += 1;
      clock.setTimeout(again, 60_000);
    };
    clock.setTimeout(again, 60_000);
    await clock.advance(5 * 60_000 + 1_000);
    expect(rounds).toBe(5);
    clock.stop();
  });

  test('work that a timer began is over before the next timer runs', async () => {
    const clock = localClock();
    const seen: string[] = [];
    clock.setTimeout(() => {
      const work = Promise.resolve()
        .then(() => Promise.resolve())
        .then(() => seen.push('the work of the first'));
      clock.hold(work);
    }, 1_000);
    clock.setTimeout(() => seen.push('the second'), 2_000);
    await clock.advance(5_000);
    expect(seen).toEqual(['the work of the first', 'the second']);
  });

  test('a cancelled timer never runs', async () => {
    const clock = localClock();
    let ran = false;
    clock
      .setTimeout(() => {
        ran = true;
      }, 1_000)
      .cancel();
    await clock.advance(10_000);
    expect(ran).toBe(false);
  });

  test('a timer also runs when real time reaches it, also after a move', async () => {
    const clock = localClock();
    await new Promise<void>((resolve) => clock.setTimeout(resolve, 1));
    const late = new Promise<void>((resolve) => clock.setTimeout(resolve, 60_001));
    await clock.advance(60_000);
    await late;
  });

  test('two moves at once add up', async () => {
    const clock = localClock();
    await Promise.all([clock.advance(1_000_000), clock.advance(2_000_000)]);
    expect(clock.now() - Date.now()).toBeGreaterThanOrEqual(3_000_000);
  });
});
