import type { Delivery, Sockets } from '../../core/ports.ts';

/** The outcome of a post: an answer, or an error to throw. */
export type ScriptedPost = Delivery | Error;

export interface MemorySockets extends Sockets {
  /** Opens a socket. `onFrame` hears every frame that reaches it, as it arrives. */
  open(connectionId: string, onFrame?: (frame: string) => void): void;
  /** The socket vanishes without a close, as in a network failure. */
  drop(connectionId: string): void;
  /**
   * The outcomes of the next posts to this connection, in order. After that, posts work as before. A scripted
   * `delivered` does arrive.
   */
  script(connectionId: string, ...outcomes: readonly ScriptedPost[]): void;
  /** The frames that reached this connection, in order; they stay when it closes. */
  frames(connectionId: string): readonly string[];
  /** The connections that are open. */
  opened(): readonly string[];
}

// Larger ones API Gateway refuses with 413.
const MAX_FRAME_BYTES = 128 * 1024;

/** Sockets without clients, for tests. */
export function memorySockets(): MemorySockets {
  const listeners = new Map<string, (frame: string) => void>();
  const received = new Map<string, string[]>();
  const scripts = new Map<string, ScriptedPost[]>();

  const arrive = (connectionId: string, frame: string): void => {
    received.set(connectionId, [...(received.get(connectionId) ?? []), frame]);
    listeners.get(connectionId)?.(frame);
  };

  return {
    open: (connectionId, onFrame = () => {}) => void listeners.set(connectionId, onFrame),
    drop: (connectionId) => void listeners.delete(connectionId),
    script: (connectionId, ...outcomes) => void scripts.set(connectionId, [...outcomes]),
    frames: (connectionId) => [...(received.get(connectionId) ?? [])],
    opened: () => [...listeners.keys()],

    async post(connectionId, frame) {
      const scripted = scripts.get(connectionId)?.shift();
      if (scripted instanceof Error) throw scripted;
      if (Buffer.byteLength(frame) > MAX_FRAME_BYTES) throw new RangeError('a frame above 128 KB');
      const outcome = scripted ?? (listeners.has(connectionId) ? 'delivered' : 'gone');
      if (outcome === 'delivered') arrive(connectionId, frame);
      return outcome;
    },
    close: async (connectionId) => (listeners.delete(connectionId) ? 'closed' : 'gone'),
    probe: async (connectionId) => (listeners.has(connectionId) ? 'open' : 'gone'),
  };
}
