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

  test('what is periodic runs at each period, also when time is moved', async () => {
    const clock = localClock();
    const due: number[] = [];
    const start = clock.now();
    const periodic = clock.every(60_000, (dueMs) => due.push(Math.round((dueMs - start) / 60_000)));
    await clock.advance(3 * 60_000 + 1_000);
    expect(due).toEqual([1, 2, 3]);
    periodic.cancel();
    await clock.advance(60_000);
    expect(due).toHaveLength(3);
  });

  describe('what is periodic and quiet', () => {
    const day = 24 * 60;

    /** Runs each minute, and would find something to do at these minutes. */
    function runner(busy: readonly number[]) {
      const clock = localClock();
      const start = clock.now();
      const minute = () => Math.floor((clock.now() - start) / 60_000);
      const ran: number[] = [];
      let asked = 0;
      const left = [...busy];
      clock.every(
        60_000,
        () => {
          ran.push(minute());
          while (left[0] !== undefined && left[0] <= minute()) left.shift();
        },
        {
          async until() {
            asked += 1;
            return start + (left[0] ?? Number.POSITIVE_INFINITY) * 60_000;
          },
        },
      );
      return { clock, ran, minute, asked: () => asked };
    }

    test('runs once in a month in which there is nothing to do, at its end', async () => {
      const { clock, ran, asked } = runner([]);
      await clock.advance((31 * day + 0.5) * 60_000);
      expect(ran).toEqual([31 * day]);
      expect(asked()).toBe(1);
      clock.stop();
    });

    test('runs at its time when there is something to do', async () => {
      const { clock, ran } = runner([3 * day, 3 * day + 1, 7 * day]);
      await clock.advance((31 * day + 0.5) * 60_000);
      // The run before the first with work is the last of those that had none.
      for (const minute of [3 * day, 3 * day + 1, 7 * day]) expect(ran).toContain(minute);
      expect(ran.length).toBeLessThan(10);
      clock.stop();
    });

    test('is not moved past anything else that is due', async () => {
      const { clock, ran, minute } = runner([]);
      const seen: number[] = [];
      clock.setTimeout(() => seen.push(minute(), ...ran), (5 * day + 0.5) * 60_000);
      clock.every(10 * day * 60_000, () => seen.push(minute()));
      await clock.advance((21 * day + 0.5) * 60_000);
      expect(seen).toEqual([5 * day, 5 * day, 10 * day, 20 * day]);
      clock.stop();
    });

    test('does not run when it is cancelled while it is asked', async () => {
      const clock = localClock();
      let runs = 0;
      const periodic = clock.every(60_000, () => runs++, {
        async until() {
          periodic.cancel();
          return Number.POSITIVE_INFINITY;
        },
      });
      await clock.advance(10 * 60_000);
      expect(runs).toBe(0);
      clock.stop();
    });

    test('asks nothing of the rows in a move that is shorter than two periods', async () => {
      const { clock, ran, asked } = runner([]);
      await clock.advance(90_000);
      expect(ran).toEqual([1]);
      expect(asked()).toBe(0);
      clock.stop();
    });
  });
});
