import { TidingsError } from '../base/tidingsError.ts';

/** Where an iterator gets its values from. @returns what ends it. */
export type Listen<T> = (
  onValue: (value: T) => void,
  onError: (error: Error) => void,
  onEnd: () => void,
) => () => void;

/**
 * Turns calls into an iteration. Values wait until they are taken, but not without bound: a reader that has
 * fallen `maxBuffered` behind ends with `overflow` rather than with the page's memory.
 */
export function iterate<T>(
  listen: Listen<T>,
  maxBuffered: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void> {
  const waiting: T[] = [];
  /** What comes after the values that wait. */
  let last: (() => void) | undefined;
  let wake = () => {};

  function end(how = () => {}) {
    last ??= how;
    wake();
  }

  function fail(error: Error) {
    end(() => {
      throw error;
    });
  }

  function add(value: T) {
    // After what was lost nothing may follow.
    if (last) return;
    if (waiting.length < maxBuffered) waiting.push(value);
    else fail(new TidingsError('overflow', `${maxBuffered} events wait to be read`));
    wake();
  }

  /** Nobody wants what waits. */
  function leave() {
    waiting.length = 0;
    last = undefined;
    end();
  }

  async function* values(): AsyncGenerator<T, void> {
    if (signal?.aborted) return;
    const stop = listen(add, fail, end);
    signal?.addEventListener('abort', leave);
    try {
      for (;;) {
        if (waiting.length > 0) yield waiting.shift() as T;
        else if (last) return last();
        else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      stop();
      signal?.removeEventListener('abort', leave);
    }
  }

  const iteration = values();
  // A generator hears of its end when it has a value to give, and the next one may never come.
  for (const name of ['return', 'throw'] as const) {
    const inner = iteration[name].bind(iteration);
    iteration[name] = (value) => {
      leave();
      return inner(value as never);
    };
  }
  return iteration;
}
