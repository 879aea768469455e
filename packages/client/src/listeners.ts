import { callSafely } from './status.ts';

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
      for (const { listener } of [...(byName.get(name) ?? [])]) {
        callSafely(() => listener(value as never), report);
      }
    },
  };
}
