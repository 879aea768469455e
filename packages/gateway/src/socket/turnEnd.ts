import type { Writable } from 'node:stream';
// Not the global one, which tests replace.
import { setImmediate } from 'node:timers';

/** Lines that hold back what this turn has for their clients. */
const corked: Writable[] = [];
const waiting: (() => void)[] = [];
let isDue = false;

function endLater(): void {
  if (isDue) return;
  isDue = true;
  setImmediate(end);
}

/**
 * All lines first, and then all that waits: of a broadcast's posts, a sixth of the processor time goes where each is written
 * and answered in turn, for no step's code stays in the processor's caches from one to the next.
 */
function end(): void {
  isDue = false;
  for (const line of corked.splice(0)) line.uncork();
  for (const run of waiting.splice(0)) run();
}

/** Runs when this turn of the event loop ends, after what the turn has for clients went out. It must not throw. */
export function atTurnEnd(run: () => void): void {
  waiting.push(run);
  endLater();
}

/**
 * Holds back what is written to a line until this turn ends. What a turn has for thousands of clients goes out in one go
 * so: a client that is woken for each frame costs both sides more than the frame.
 */
export function corkForTurn(line: Writable): void {
  if (line.writableCorked > 0) return;
  line.cork();
  corked.push(line);
  endLater();
}
