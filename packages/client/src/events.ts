import { TidingsError } from './tidingsError.ts';

/** Where an iterator gets its values from. @returns what ends it. */
export type Listen<T> = (onValue: (value: T) => void, onError: (error: Error) => void) => () => void;

/**
 * Turns calls into an iteration. Values wait until they are taken, but not without bound: a reader that has
 * fallen `mostBuffered` behind ends with `overflow` rather than with the page's memory.
 */
export async function* iterate<T>(
  listen: Listen<T>,
  mostBuffered: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void> {
  if (signal?.aborted) return;
  const waiting: T[] = [];
  let failure: Error | undefined;
  let wake = () => {};
  const fail = (error: Error) => {
    failure ??= error;
    wake();
  };
  const stop = listen((value) => {
    // After what was lost nothing may follow.
    if (failure) return;
    if (waiting.length < mostBuffered) waiting.push(value);
    else fail(new TidingsError('overflow', `${mostBuffered} events wait to be read`));
    wake();
  }, fail);
  const onAbort = () => wake();
  signal?.addEventListener('abort', onAbort);
  try {
    while (!signal?.aborted) {
      if (waiting.length > 0) yield waiting.shift() as T;
      else if (failure) throw failure;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    stop();
    signal?.removeEventListener('abort', onAbort);
  }
}
