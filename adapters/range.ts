import type { Range } from '../core/ports.ts';

/** DynamoDB orders sort keys by their UTF-8 bytes; JavaScript's `<` differs for what lies above U+FFFF. */
export const compareSortKeys = (a: string, b: string): number =>
  Buffer.compare(Buffer.from(a), Buffer.from(b));

const isBefore = (a: string, b: string): boolean => compareSortKeys(a, b) < 0;

/** Whether a sort key lies in the range; `after` and `limit` left aside. */
export function isWithin(range: Range, sk: string): boolean {
  if (range.prefix !== undefined) return sk.startsWith(range.prefix);
  if (range.from !== undefined && isBefore(sk, range.from)) return false;
  return range.to === undefined || !isBefore(range.to, sk);
}

/**
 * What there is to read once `after` is taken into account, in the range's own direction. DynamoDB refuses a
 * start key outside the range and a range that ends before it begins, but both are harmless questions here
 * ("what came after 7, up to 5?").
 * @throws on a range that nobody means: `prefix` with `from` or `to`, or a limit below 1.
 */
export function rangeStart(range: Range): { readonly none: true } | { readonly after?: string } {
  const { from, to, prefix, after, descending, limit } = range;
  if (prefix !== undefined && (from !== undefined || to !== undefined)) {
    throw new TypeError('a range has either a prefix or from and to');
  }
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1)) {
    throw new TypeError('a limit is a whole number from 1');
  }
  if (to === '' || (from !== undefined && to !== undefined && isBefore(to, from))) return { none: true };
  if (after === undefined) return {};
  if (isWithin(range, after)) return { after };
  const low = prefix ?? from;
  // Outside and not below the lower end is above the upper one.
  const isBelow = low !== undefined && isBefore(after, low);
  return isBelow === (descending === true) ? { none: true } : {};
}
