import type { Writable } from 'node:stream';
// Not the global one, which tests replace.
import { setImmediate } from 'node:timers';

const waiting: (() => void)[] = [];

/** Runs when this turn of the event loop ends, after what was to run then before. It must not throw. */
export function atTurnEnd(run: () => void): void {
  if (waiting.push(run) === 1) setImmediate(runAll);
}

function runAll(): void {
  for (const run of waiting.splice(0)) run();
}

/**
 * Holds back what is written to a line until this turn ends. What a turn has for thousands of clients goes out in one go
 * so: a client that is woken for each frame costs both sides more than the frame.
 */
export function corkForTurn(line: Writable): void {
  if (line.writableCorked > 0) return;
  line.cork();
  atTurnEnd(() => line.uncork());
}
