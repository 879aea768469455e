/**
 * How a request takes part in conflicts: a `transaction` of writes, a single `write`, or a `read` of several items
 * together. What is none of these, as GetItem or Query, meets nothing.
 */
export type Part = 'transaction' | 'write' | 'read';

/** The requests that are between their receipt and their answer. */
export interface UnderWay {
  /** For each item, whether it is in one that is under way, so that this request is refused. */
  met(part: Part, items: readonly string[]): readonly boolean[];
  /** Whether a transaction with this token is under way: this one repeats it. */
  repeats(token: string): boolean;
  /** @returns what ends it */
  begin(part: Part, items: readonly string[], token?: string): () => void;
}

/**
 * Which requests meet on an item, as DynamoDB has it: all that comes to an item of a transaction of writes, and a
 * reading transaction also at single writes. Reads hold nothing.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
 */
export function requestsUnderWay(): UnderWay {
  const held = { transaction: new Map<string, number>(), write: new Map<string, number>() };
  const tokens = new Set<string>();
  const add = (counts: Map<string, number>, item: string, by: number) => {
    const count = (counts.get(item) ?? 0) + by;
    if (count > 0) counts.set(item, count);
    else counts.delete(item);
  };
  return {
    met: (part, items) =>
      items.map((item) => held.transaction.has(item) || (part === 'read' && held.write.has(item))),
    repeats: (token) => tokens.has(token),
    begin(part, items, token) {
      const counts = part === 'read' ? undefined : held[part];
      for (const item of items) if (counts) add(counts, item, 1);
      if (token !== undefined) tokens.add(token);
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        for (const item of items) if (counts) add(counts, item, -1);
        if (token !== undefined) tokens.delete(token);
      };
    },
  };
}
