/** What the machine says about itself, where it says anything. */
export interface Signals {
  /** Whether there may be a network. Browsers are sure only when they say no. */
  online(): boolean;
  /** Calls back when the page is looked at again and when the network comes or goes. @returns a function that ends it. */
  listen(onChange: () => void): () => void;
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
    listen(onChange) {
      const seen = () => document?.visibilityState === 'visible' && onChange();
      // A page that comes back out of the back/forward cache has lost its socket without an event.
      const pairs = [
        [page as Page, 'online', onChange],
        [page as Page, 'pageshow', onChange],
        [page as Page, 'offline', onChange],
        [document, 'visibilitychange', seen],
      ] as const;
      const each = (change: keyof EventSource) => {
        for (const [source, type, run] of pairs) source?.[change]?.(type, run);
      };
      each('addEventListener');
      return () => each('removeEventListener');
    },
  };
};
