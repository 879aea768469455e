import { backoffMs } from '../base/backoff.ts';
import { isStranger } from '../base/tidingsError.ts';
import type { SocketEnd } from './socket.ts';

/** What to do after a connection or an attempt has ended. */
export type Reconnect =
  | { readonly stopCode: number }
  | {
      readonly stopCode?: undefined;
      readonly delayMs: number;
      /** The part of the delay that the server asked for: nothing shortens it. */
      readonly minMs: number;
      /** Whether the token that was used is not to be used again. */
      readonly newToken: boolean;
    };

export interface Situation {
  /** Failed attempts since the connection was last open for a while. */
  readonly attempt: number;
  /** Whether this connection had been open. */
  readonly wasReady: boolean;
  /** Whether a new token was tried since then, and not long ago. */
  readonly renewed: boolean;
  readonly random: number;
}

/**
 * Obeys what a `disconnect` frame or an error asks for (PROTOCOL.md 2.5, 2.7), and backs off otherwise. Also a
 * server that says `now` each time is obeyed once, until a connection has lasted.
 */
export function reconnectPolicy(
  end: SocketEnd,
  { attempt, wasReady, renewed, random }: Situation,
): Reconnect {
  const { disconnect, error } = end;
  const isOver = disconnect?.reconnect === 'never';
  if (isOver || error?.code === 'unsupported_version') return { stopCode: disconnect?.code ?? 4406 };
  // A connection that is cut before it was of use is no reason to hurry, whatever is said.
  const isSoon = wasReady && attempt === 0 && /now|refresh/.test(disconnect?.reconnect ?? '');
  const minMs = (disconnect ?? error)?.retryAfterMs ?? 0;
  return {
    delayMs: minMs + (isSoon ? 0 : backoffMs(attempt, random)),
    minMs,
    // A browser does not tell why a handshake failed. The token is the one cause that can be helped from here.
    newToken: disconnect
      ? disconnect.reconnect === 'refresh'
      : error
        ? isStranger(error)
        : !!end.isRefused && !renewed,
  };
}
