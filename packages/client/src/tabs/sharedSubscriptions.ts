import type { Clock, Timer } from '../base/clock.ts';
import type { Frame } from '../base/incoming.ts';
import { toError } from '../base/tidingsError.ts';

export interface SharedSubscriptionsOptions {
  readonly clock: Clock;
  newRef(): string;
  /** What the connection was joined to without asking nobody can leave for all. */
  isFeed(topic: string): boolean;
  unsubscribe(ref: string, topic: string): void;
  /** What waited for a topic to be left may go on. */
  onSettled(): void;
}

/** Who follows what on one real socket, and what it is to be unsubscribed from. */
export interface SharedSubscriptions {
  join(socket: string, topic: string): void;
  /** The server is told when it was the last one. */
  leave(socket: string, topic: string): void;
  leaveAll(socket: string): void;
  /** The server refuses the topic: to one, or to whoever is on this socket. */
  refused(topic: string, socket?: string): void;
  /** Whether the server is being told that the topic is left: frames of one connection run concurrently. */
  isLeaving(topic: string): boolean;
  /** @returns whether it was the answer to an `unsubscribe` of ours. */
  answered(frame: Frame): boolean;
  crashed(): void;
  stop(): void;
}

const answerPatienceMs = 10_000;
/** Whatever a server asks for, not one `unsubscribe` after the other. */
const shortestRetryMs = 1_000;

export function createSharedSubscriptions({
  clock,
  newRef,
  isFeed,
  unsubscribe,
  onSettled,
}: SharedSubscriptionsOptions): SharedSubscriptions {
  const followers = new Map<string, Set<string>>();
  /** Topics that nobody follows any more. The server is told one at a time, for its limit is the connection's. */
  const due = new Set<string>();
  let leaving: { readonly topic: string; readonly ref: string } | undefined;
  let timer: Timer | undefined;

  function leaveNext() {
    const [topic] = due;
    if (leaving || topic === undefined) return;
    due.delete(topic);
    leaving = { topic, ref: newRef() };
    ask();
  }

  function ask() {
    timer?.cancel();
    if (!leaving) return;
    timer = clock.setTimeout(ask, answerPatienceMs);
    unsubscribe(leaving.ref, leaving.topic);
  }

  const subscriptions: SharedSubscriptions = {
    join(socket, topic) {
      due.delete(topic);
      const all = followers.get(topic) ?? new Set();
      followers.set(topic, all.add(socket));
    },
    leave(socket, topic) {
      const all = followers.get(topic);
      if (!all?.delete(socket) || all.size > 0) return;
      followers.delete(topic);
      if (isFeed(topic)) return;
      due.add(topic);
      leaveNext();
    },
    leaveAll(socket) {
      for (const topic of [...followers.keys()]) subscriptions.leave(socket, topic);
    },
    refused(topic, socket) {
      if (socket === undefined) followers.delete(topic);
      else followers.get(topic)?.delete(socket);
    },
    isLeaving: (topic) => leaving?.topic === topic,
    answered({ type, ref, payload }) {
      if (!leaving || ref !== leaving.ref) return false;
      const { topic } = leaving;
      const { retryable, retryAfterMs = 0 } = toError(payload);
      leaving = undefined;
      timer?.cancel();
      onSettled();
      if (type === 'error' && retryable) {
        if (!followers.has(topic)) due.add(topic);
        timer = clock.setTimeout(leaveNext, Math.max(retryAfterMs, shortestRetryMs));
      } else leaveNext();
      return true;
    },
    crashed: ask,
    stop() {
      due.clear();
      leaving = undefined;
      timer?.cancel();
    },
  };
  return subscriptions;
}
