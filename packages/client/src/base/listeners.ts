/** Functions by the name of what they listen to. */
export interface Listeners {
  /** @returns a function that takes it away; doing so again changes nothing. */
  add(name: string, listener: (value: never) => void): () => void;
  call(name: string, value?: unknown): void;
}

export function createListeners(report: (error: unknown) => void): Listeners {
  const all = new Set<{ name: string; listener: (value: never) => void }>();
  return {
    add(name, listener) {
      const entry = { name, listener };
      all.add(entry);
      return () => void all.delete(entry);
    },
    call(name, value) {
      for (const entry of [...all]) {
        // What an app gave us may have bugs: they stop neither the other listeners nor the client.
        try {
          // One of those before it may have taken it away.
          if (entry.name === name && all.has(entry)) entry.listener(value as never);
        } catch (error) {
          report(error);
        }
      }
    },
  };
}
