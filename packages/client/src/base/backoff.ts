const baseMs = 1_000;
const capMs = 60_000;

/**
 * How long to wait before a try: anything from nothing to a bound that doubles with each try, from 1 s to
 * 60 s. Without the randomness everybody whose connections broke together would come back together.
 *
 * @param attempt how many tries have failed before.
 * @param random a number from 0 to 1.
 */
export function backoffMs(attempt: number, random: number, base = baseMs, cap = capMs): number {
  return Math.round(random * Math.min(cap, base * 2 ** attempt));
}
