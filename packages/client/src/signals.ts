/** What the machine says about itself, where it says anything. */
export interface Signals {
  /** Whether there may be a network. Browsers are sure only when they say no. */
  online(): boolean;
  /** `wake`: the page is looked at again, or the network is back. @returns a function that ends it. */
  listen(on: (signal: 'wake' | 'offline') => void): () => void;
}

interface EventSource {
  addEventListener?(type: string, run: () => void): void;
  removeEventListener?(type: string, run: () => void): void;
}

interface Page extends EventSource {
  readonly navigator?: { readonly onLine?: boolean };
  readonly document?: EventSource & { readonly visibilityState?: string };
}

/** The browser's events; elsewhere nothing ever comes. */
export const browserSignals = (page: object = globalThis): Signals => {
  const { navigator, document } = page as Page;
  return {
    online: () => navigator?.onLine !== false,
    listen(on) {
      const wake = () => on('wake');
      const offline = () => on('offline');
      const seen = () => document?.visibilityState === 'visible' && wake();
      // A page that comes back out of the back/forward cache has lost its socket without an event.
      const pairs = [
        [page as Page, 'online', wake],
        [page as Page, 'pageshow', wake],
        [page as Page, 'offline', offline],
        [document, 'visibilitychange', seen],
      ] as const;
      for (const [source, type, run] of pairs) source?.addEventListener?.(type, run);
      return () => {
        for (const [source, type, run] of pairs) source?.removeEventListener?.(type, run);
      };
    },
  };
};
