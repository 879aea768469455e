/** Functions by the name of what they listen to. */
export interface Listeners {
  /** @returns a function that takes it away; doing so again changes nothing. */
  add(name: string, listener: (value: never) => void): () => void;
  call(name: string, value: unknown): void;
}

export function createListeners(report: (error: unknown) => void): Listeners {
  const byName = new Map<string, Set<{ listener: (value: never) => void }>>();
  return {
    add(name, listener) {
      const entry = { listener };
      const all = byName.get(name) ?? new Set();
      byName.set(name, all.add(entry));
      return () => void all.delete(entry);
    },
    call(name, value) {
      const all = byName.get(name) ?? new Set();
      for (const entry of [...all]) {
        // One of those before it may have taken it away.
        if (!all.has(entry)) continue;
        // What an app gave us may have bugs: they stop neither the other listeners nor the client.
        try {
          entry.listener(value as never);
        } catch (error) {
          report(error);
        }
      }
    },
  };
}
