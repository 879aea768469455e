import type { WireEntry } from '../wire/entry.ts';
import type { WireRange, WireSource } from '../wire/wireSource.ts';

/** What of a wire is shown. */
export interface WireFilter {
  /** Words, each of which is somewhere in a frame, in any case. */
  readonly words: string;
  readonly direction: 'both' | 'in' | 'out';
  /** `ping` and `pong` say only that the line is there. */
  readonly hasPings: boolean;
}

export const everything: WireFilter = { words: '', direction: 'both', hasPings: true };

/** Whether an entry is shown. What becomes of sockets always is: it says why frames end. */
export function matcher({ words, direction, hasPings }: WireFilter): (entry: WireEntry) => boolean {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return (entry) => {
    if (entry.kind === 'socket') return wanted.length === 0;
    if (direction !== 'both' && entry.direction !== direction) return false;
    if (!hasPings && (entry.name === 'ping' || entry.name === 'pong')) return false;
    if (wanted.length === 0) return true;
    const text = entry.text.toLowerCase();
    return wanted.every((word) => text.includes(word));
  };
}

/** Numbers of the entries that are shown, oldest first. */
export type Shown = readonly number[];

/**
 * Finds what is shown of a source, looking at each entry once: what came since is added, what the source forgot is
 * taken away. @returns a function of the range to look at
 */
export function createFiltered(
  source: WireSource,
  isShown: (entry: WireEntry) => boolean,
): (range: WireRange) => Shown {
  let shown: Shown = [];
  let seen: WireRange = { first: 0, next: 0 };
  return ({ first, next }) => {
    // A playback that was wound back begins anew.
    const isAnew = next < seen.next;
    const kept = isAnew ? [] : shown;
    const added: number[] = [];
    for (let number = isAnew ? first : Math.max(first, seen.next); number < next; number++) {
      const entry = source.entry(number);
      if (entry && isShown(entry)) added.push(number);
    }
    const gone = kept.findIndex((number) => number >= first);
    const rest = gone === 0 ? kept : gone < 0 ? [] : kept.slice(gone);
    if (added.length > 0 || rest !== shown) shown = added.length > 0 ? [...rest, ...added] : rest;
    seen = { first, next };
    return shown;
  };
}
