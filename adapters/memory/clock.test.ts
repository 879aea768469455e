import { describe, expect, it } from 'vitest';
import { clockContract, randomContract } from '../clock.contract.ts';
import { manualClock, seededRandom } from './clock.ts';

describe('the manual clock', () => {
  clockContract(() => {
    const clock = manualClock(1_000);
    return { clock, pass: clock.advance };
  });

  it('stands still until it is advanced', async () => {
    const clock = manualClock(5);
    let over = false;
    void clock.wait(10).then(() => {
      over = true;
    });
    await clock.advance(9);
    expect([clock.now(), over]).toEqual([14, false]);
    await clock.advance(1);
    expect([clock.now(), over]).toEqual([15, true]);
  });

  it('a wait that begins when another ends is served in the same advance, at its own time', async () => {
    const clock = manualClock(0);
    const seenAtMs: number[] = [];
    const steps = async () => {
      for (let step = 0; step < 3; step++) {
        await clock.wait(10);
        seenAtMs.push(clock.now());
      }
    };
    void steps();
    await clock.advance(100);
    expect(seenAtMs).toEqual([10, 20, 30]);
    expect(clock.now()).toBe(100);
  });
});

describe('seeded randomness', () => {
  randomContract(() => seededRandom(7));

  it('the same seed gives the same sequence, another seed another one', () => {
    const draw = (seed: number) => {
      const random = seededRandom(seed);
      return [random.fraction(), random.id(), random.fraction()];
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });
});
