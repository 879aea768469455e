import { useCallback, useEffect, useRef, useState } from 'react';

/** How it stands with something that was asked for. */
export type Task<T> =
  | { readonly state: 'loading'; readonly value?: T }
  | { readonly state: 'done'; readonly value: T }
  | { readonly state: 'failed'; readonly error: Error; readonly value?: T };

/**
 * Asks for something when a component is first shown and whenever `key` changes; what came before stays until then.
 *
 * @returns how it stands, and a function that asks again
 */
export function useTask<T>(key: string, ask: (signal: AbortSignal) => Promise<T>): [Task<T>, () => void] {
  const [task, setTask] = useState<Task<T>>({ state: 'loading' });
  const [attempt, setAttempt] = useState(0);
  const asking = useRef(ask);
  asking.current = ask;
  // `key` says what is asked for, `attempt` that it is asked again.
  useEffect(() => {
    const call = new AbortController();
    setTask(({ value }) => ({ state: 'loading', ...(value !== undefined && { value }) }));
    asking.current(call.signal).then(
      (value) => !call.signal.aborted && setTask({ state: 'done', value }),
      (error: unknown) =>
        !call.signal.aborted &&
        setTask(({ value }) => ({
          state: 'failed',
          error: error instanceof Error ? error : new Error(String(error)),
          ...(value !== undefined && { value }),
        })),
    );
    return () => call.abort();
  }, [key, attempt]);
  return [task, useCallback(() => setAttempt((before) => before + 1), [])];
}
