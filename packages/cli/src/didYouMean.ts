/** Asks whether a known word was meant that looks much like the unknown one; empty where none does. */
export function didYouMean(word: string | undefined, known: readonly string[]): string {
  if (word === undefined) return '';
  const [nearest] = known
    .map((name) => ({ name, edits: edits(word, name) }))
    .sort((a, b) => a.edits - b.edits);
  const isNear = nearest !== undefined && nearest.edits <= Math.max(1, Math.floor(nearest.name.length / 3));
  return isNear ? ` (did you mean ${nearest.name}?)` : '';
}

/** How many letters must be put in, taken out, replaced or exchanged with their neighbour to make one word the other. */
function edits(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let row = 1; row <= from.length; row++) {
    const next = [row];
    for (let at = 1; at <= to.length; at++) {
      const isSame = from[row - 1] === to[at - 1];
      const isExchanged = row > 1 && from[row - 1] === to[at - 2] && from[row - 2] === to[at - 1];
      next[at] = Math.min(
        (last[at] ?? 0) + 1,
        (next[at - 1] ?? 0) + 1,
        (last[at - 1] ?? 0) + (isSame ? 0 : 1),
        isExchanged ? (beforeLast[at - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = next;
  }
  return last[to.length] ?? 0;
}
