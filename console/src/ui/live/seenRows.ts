/** Rows of a list, from the first on up to before the last. */
export interface SeenRows {
  readonly from: number;
  readonly to: number;
}

/** So many more are drawn above and below those that are seen, so that none is missing while one scrolls. */
const spare = 12;

/**
 * Which rows of a list are drawn.
 *
 * @param top how far it is scrolled
 * @param height what is seen of it at once
 */
export function seenRows(count: number, rowHeight: number, top: number, height: number): SeenRows {
  const first = Math.floor(Math.max(0, top) / rowHeight);
  const from = Math.max(0, Math.min(first, count) - spare);
  const to = Math.min(count, Math.ceil((Math.max(0, top) + height) / rowHeight) + spare);
  return { from, to: Math.max(from, to) };
}

/** How far to scroll so that a row is seen whole; nothing where it is already. */
export function scrolledTo(
  index: number,
  rowHeight: number,
  top: number,
  height: number,
): number | undefined {
  const start = index * rowHeight;
  if (start < top) return start;
  const end = start + rowHeight - height;
  return end > top ? end : undefined;
}
