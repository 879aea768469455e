/** Pings of several sockets as those of one: a pong does not say whose it is, so one is under way at a time. */
export interface Pings {
  ask(socket: string): void;
  answered(text: string): void;
  /** @returns whether it had waited for a pong. */
  leave(socket: string): boolean;
}

export function createPings(
  send: (text: string) => void,
  tell: (to: readonly string[], text: string) => void,
): Pings {
  let isUnderWay = false;
  const asked = new Set<string>();
  /** They asked after the one under way was sent: its pong does not bring what came in between. */
  const next = new Set<string>();

  function sendNext() {
    isUnderWay = next.size > 0;
    for (const socket of next) asked.add(socket);
    next.clear();
    if (isUnderWay) send('{"action":"ping"}');
  }

  return {
    ask(socket) {
      next.add(socket);
      if (!isUnderWay) sendNext();
    },
    answered(text) {
      const all = [...asked];
      asked.clear();
      if (all.length > 0) tell(all, text);
      sendNext();
    },
    leave(socket) {
      const wasNext = next.delete(socket);
      return asked.delete(socket) || wasNext;
    },
  };
}
