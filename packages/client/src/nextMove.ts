import { backoffMs } from './backoff.ts';
import type { LinkEnd } from './link.ts';

/** What to do after a connection or an attempt has ended. */
export type NextMove =
  | { readonly move: 'stop'; readonly code?: number }
  | {
      readonly move: 'retry';
      readonly delayMs: number;
      /** The part of the delay that the server asked for: nothing shortens it. */
      readonly leastMs: number;
      /** Whether the token that was used is not to be used again. */
      readonly newToken: boolean;
    };

export interface Situation {
  /** Failed attempts since the connection was last open for a while. */
  readonly attempt: number;
  /** Whether this connection had been open. */
  readonly wasReady: boolean;
  /** Whether a new token was tried already since then. */
  readonly renewed: boolean;
  readonly random: number;
}

/** Obeys what a `disconnect` frame or an error asks for (PROTOCOL.md 2.5, 2.7), and backs off otherwise. */
export function nextMove(end: LinkEnd, { attempt, wasReady, renewed, random }: Situation): NextMove {
  const backoff = backoffMs(attempt, random);
  const retry = (newToken: boolean, leastMs = 0, delayMs = backoff): NextMove => ({
    move: 'retry',
    delayMs: leastMs + delayMs,
    leastMs,
    newToken,
  });
  if (end.disconnect) {
    const { reconnect, retryAfterMs = 0, code } = end.disconnect;
    // A connection that is cut before it was of use is no reason to hurry, whatever is said.
    const soon = wasReady ? 0 : backoff;
    if (reconnect === 'never') return { move: 'stop', code };
    if (reconnect === 'now') return retry(false, retryAfterMs, soon);
    if (reconnect === 'refresh') return retry(true, retryAfterMs, soon);
    return retry(false, retryAfterMs);
  }
  if (end.error) {
    const { code, retryAfterMs } = end.error;
    if (code === 'unsupported_version') return { move: 'stop', code: 4406 };
    return retry(code === 'token_expired' || code === 'unauthenticated', retryAfterMs);
  }
  // A browser does not tell why a handshake failed. The token is the one cause that can be helped from here.
  return retry(end.how === 'refused' && !renewed);
}
