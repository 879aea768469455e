/** Whether an execution environment runs now. What it begins meanwhile, waits. */
export interface Freezer {
  readonly state: 'running' | 'frozen' | 'gone';
  /**
   * Calls back at once, or when the environment runs next.
   *
   * @param gone called in its place, where it never will
   * @returns takes it back
   */
  whenRunning(run: () => void, gone?: () => void): () => void;
  /** Calls back when it is thrown away. */
  onEnd(ended: () => void): void;
}

export interface FreezerControl extends Freezer {
  thaw(): void;
  freeze(): void;
  /** For ever. */
  end(): void;
}

/**
 * Lambda stops an environment's processor once it has answered, until its next request:
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
export function freezer(): FreezerControl {
  const waiting = new Set<{ readonly run: () => void; readonly gone: (() => void) | undefined }>();
  const listeners: (() => void)[] = [];
  let state: Freezer['state'] = 'running';
  return {
    get state() {
      return state;
    },
    whenRunning(run, gone) {
      const entry = { run, gone };
      if (state === 'running') run();
      else if (state === 'gone') gone?.();
      else waiting.add(entry);
      return () => void waiting.delete(entry);
    },
    onEnd: (ended) => void listeners.push(ended),
    thaw() {
      if (state === 'gone') return;
      state = 'running';
      for (const entry of [...waiting]) if (waiting.delete(entry)) entry.run();
    },
    freeze() {
      if (state === 'running') state = 'frozen';
    },
    end() {
      state = 'gone';
      for (const ended of listeners.splice(0)) ended();
      for (const { gone } of waiting) gone?.();
      waiting.clear();
    },
  };
}

/** Resolves when the environment runs: at once, mostly. @returns `false` once it is gone */
export const running = (environment: Freezer): Promise<boolean> =>
  new Promise((resolve) => {
    environment.whenRunning(
      () => resolve(true),
      () => resolve(false),
    );
  });
