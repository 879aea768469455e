import type { Clock, Queue, Value } from '../../core/ports.ts';
import { delaySeconds, messageBody } from '../message.ts';

export interface QueuedMessage {
  readonly body: Value;
  /** How often it was received, this time included. */
  readonly receiveCount: number;
  /** Removes it from the queue. A message that is not removed comes again. */
  done(): void;
}

export interface MemoryQueue extends Queue {
  /** The messages that are due and not being worked on, at most `limit`, earliest first. */
  receive(limit?: number): QueuedMessage[];
  /** The bodies of all messages in the queue, due or not. */
  waiting(): Value[];
}

interface Entry {
  readonly text: string;
  readonly order: number;
  visibleAtMs: number;
  receiveCount: number;
}

/**
 * A queue on the clock. Like SQS it delivers at least once: a message that is received and not removed within
 * `visibilityMs` can be received again.
 */
export function memoryQueue({
  clock,
  visibilityMs = 30_000,
}: {
  readonly clock: Clock;
  readonly visibilityMs?: number;
}): MemoryQueue {
  const entries = new Set<Entry>();
  let sent = 0;

  const handOut = (entry: Entry): QueuedMessage => {
    entry.visibleAtMs = clock.now() + visibilityMs;
    entry.receiveCount++;
    return {
      body: JSON.parse(entry.text),
      receiveCount: entry.receiveCount,
      done: () => void entries.delete(entry),
    };
  };

  return {
    async send(bodies, delayMs = 0) {
      const visibleAtMs = clock.now() + delaySeconds(delayMs) * 1000;
      // Every body is checked before the first one is queued.
      for (const text of bodies.map(messageBody)) {
        entries.add({ text, order: sent++, visibleAtMs, receiveCount: 0 });
      }
    },
    receive: (limit = Number.POSITIVE_INFINITY) =>
      [...entries]
        .filter(({ visibleAtMs }) => visibleAtMs <= clock.now())
        .sort((a, b) => a.visibleAtMs - b.visibleAtMs || a.order - b.order)
        .slice(0, limit)
        .map(handOut),
    waiting: () => [...entries].map(({ text }) => JSON.parse(text)),
  };
}
