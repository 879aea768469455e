import { expect, it } from 'vitest';
import type { Clock, Random } from '../core/ports.ts';

/** Tests for every clock. `pass` lets that much time pass on it. */
export function clockContract(make: () => { clock: Clock; pass(ms: number): Promise<void> }): void {
  it('time has passed when a wait is over', async () => {
    const { clock, pass } = make();
    const before = clock.now();
    await Promise.all([clock.wait(20), pass(20)]);
    // A real timer may fire within the millisecond that it was set for.
    expect(clock.now() - before).toBeGreaterThanOrEqual(19);
  });

  it('waits end in the order of their ends, not of their beginnings', async () => {
    const { clock, pass } = make();
    const ended: string[] = [];
    const long = clock.wait(30).then(() => ended.push('long'));
    const short = clock.wait(1).then(() => ended.push('short'));
    await Promise.all([long, short, pass(30)]);
    expect(ended).toEqual(['short', 'long']);
  });

  it('a wait of nothing ends by itself', async () => {
    await make().clock.wait(0);
  });
}

/** Tests for every source of randomness. */
export function randomContract(make: () => Random): void {
  it('a fraction is at least 0 and below 1, and they spread over the whole range', () => {
    const random = make();
    const fractions = Array.from({ length: 2_000 }, () => random.fraction());
    expect(Math.min(...fractions)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...fractions)).toBeLessThan(1);
    const tenths = new Set(fractions.map((fraction) => Math.floor(fraction * 10)));
    expect(tenths.size).toBe(10);
  });

  it('an id is 22 letters, digits, - and _, and none comes twice', () => {
    const random = make();
    const ids = Array.from({ length: 2_000 }, () => random.id());
    expect(ids.filter((id) => !/^[A-Za-z0-9_-]{22}$/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });
}
