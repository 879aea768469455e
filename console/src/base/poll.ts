/** Something that is done again and again. */
export interface Poll {
  start(): void;
  stop(): void;
}

/** Does it at once when started, and again so long after it has ended, until it is stopped. */
export function poll(everyMs: number, act: (signal: AbortSignal) => Promise<void>): Poll {
  let run: AbortController | undefined;
  async function go({ signal }: AbortController) {
    await act(signal);
    if (!signal.aborted) timer = setTimeout(() => run && go(run), everyMs);
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    start() {
      if (run) return;
      run = new AbortController();
      void go(run);
    },
    stop() {
      run?.abort();
      run = undefined;
      clearTimeout(timer);
    },
  };
}
