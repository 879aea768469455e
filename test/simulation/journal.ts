import { createHash } from 'node:crypto';

/** What happened, one line of JSON each, in the order in which it did. */
export interface Journal {
  /** @param kind what happened. The time is added. */
  note(kind: string, about?: object): void;
  lines(): readonly string[];
  /** The same for the same lines, to the byte. */
  digest(): string;
}

export function journal(now: () => number): Journal {
  const lines: string[] = [];
  return {
    note: (kind, about = {}) => void lines.push(JSON.stringify({ t: now(), k: kind, ...about })),
    lines: () => lines,
    digest() {
      const hash = createHash('sha256');
      for (const line of lines) hash.update(line).update('\n');
      return hash.digest('hex').slice(0, 16);
    },
  };
}
