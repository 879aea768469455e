import type { Queue, Sockets, TokenVerifier } from '../core/ports.ts';
import { once } from './once.ts';

// Ports whose code is a file of its own in a function's bundle, and is loaded when they are first used.

export function lazySockets(open: () => Promise<Sockets>): Sockets {
  let known: Sockets | undefined;
  const opened = once(async () => {
    known = await open();
    return known;
  });
  return {
    // The thousands of an audience wait for nothing that is there.
    post: (connectionId, frame) =>
      known?.post(connectionId, frame) ?? opened().then((sockets) => sockets.post(connectionId, frame)),
    close: async (connectionId) => (await opened()).close(connectionId),
    probe: async (connectionId) => (await opened()).probe(connectionId),
  };
}

export function lazyQueue(open: () => Promise<Queue>): Queue {
  const opened = once(open);
  return { send: async (bodies, delayMs) => (await opened()).send(bodies, delayMs) };
}

export function lazyVerifier(open: () => Promise<TokenVerifier>): TokenVerifier {
  const opened = once(open);
  return { verify: async (token) => (await opened()).verify(token) };
}
