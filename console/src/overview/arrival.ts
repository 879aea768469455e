import { parseFrame } from '../wire/entry.ts';
import type { WireRange, WireSource } from '../wire/wireSource.ts';

/** So far back it is looked for. */
const maxEntries = 500;
/** What took longer was asked for later: it did not come as it happened. */
const maxDelayMs = 10_000;

/**
 * How long after it happened the newest event was here. It compares the stack's clock with this machine's: where one of
 * them was moved, there is nothing to say.
 */
export function newestDelay(wire: Pick<WireSource, 'entry'>, { first, next }: WireRange): number | undefined {
  for (let number = next - 1; number >= Math.max(first, next - maxEntries); number--) {
    const entry = wire.entry(number);
    if (entry?.kind !== 'frame' || entry.direction !== 'in' || entry.seq === undefined) continue;
    const { ts } = parseFrame(entry.text);
    if (typeof ts !== 'number') continue;
    const delay = entry.at - ts;
    return delay >= 0 && delay <= maxDelayMs ? delay : undefined;
  }
  return undefined;
}
