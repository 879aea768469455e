import { isNumber, isText } from '../base/incoming.ts';
import type { TidingsContract } from './tidingsContract.ts';

/** The pieces of an answer, put together. */
export interface Assembly {
  /** A state of the server's: the text up to a piece. */
  begin(text: string, idx: number): void;
  add(delta: TidingsContract['events']['stream.delta']): void;
  finish(whole: string): void;
}

/** Pieces overtake each other by less than this. */
const maxEarly = 8;

/** @param onHole is called when a piece is missing still after others have come: it does not come by itself. */
export function assemble(onMore: (more: string) => void, onHole: () => void): Assembly {
  const early = new Map<number, string>();
  let length = 0;
  let next = 0;

  function append(more: string) {
    length += more.length;
    if (more !== '') onMore(more);
  }

  function drain() {
    for (const idx of early.keys()) if (idx < next) early.delete(idx);
    for (let delta = early.get(next); delta !== undefined; delta = early.get(++next)) {
      early.delete(next);
      append(delta);
    }
  }

  return {
    begin(text, idx) {
      if (!isNumber(idx) || idx < next || !isText(text)) return;
      next = idx + 1;
      append(text.slice(length));
      drain();
    },
    add({ idx, delta }) {
      if (!isNumber(idx) || idx < next || early.has(idx) || !isText(delta)) return;
      early.set(idx, delta);
      drain();
      if (early.size > 0 && early.size % maxEarly === 0) onHole();
    },
    finish: (whole) => append(isText(whole) ? whole.slice(length) : ''),
  };
}
