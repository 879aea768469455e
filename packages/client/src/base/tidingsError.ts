import type { ErrorCode, ErrorDetail } from '@tidings/protocol';
import { amountOf, listOf, textOr, type Unknown } from './incoming.ts';

/** Codes that no server sends. `timeout`: no answer came in time, and the request may have succeeded. `offline`: there is no connection and the request was not to wait for one. `queue_full`: too many wait already. `closed`: the client was closed. `overflow`: an iterator was read too slowly. */
export type ClientErrorCode = 'timeout' | 'offline' | 'queue_full' | 'closed' | 'overflow';

interface More {
  readonly retryable?: boolean;
  readonly retryAfterMs?: number | undefined;
  readonly details?: readonly ErrorDetail[] | undefined;
  readonly ref?: string | undefined;
}

/** What a request or a topic ends in when it does not succeed. */
export class TidingsError extends Error {
  /** One of the protocol's table (PROTOCOL.md 2.5), of the client's own, or of a newer server's. */
  declare readonly code: ErrorCode | ClientErrorCode | (string & {});
  /** Whether the same request may succeed later, unchanged. */
  declare readonly retryable: boolean;
  /** How long the server asks to wait before that, in milliseconds. */
  declare readonly retryAfterMs: number | undefined;
  /** Which fields are wrong, and what they should be. */
  declare readonly details: readonly ErrorDetail[];
  /** Under which `ref` to ask again, where the request may have succeeded. */
  declare readonly ref: string | undefined;

  constructor(code: TidingsError['code'], message: string, more: More = {}) {
    super(message);
    Object.assign(this, { retryable: false, details: [], ...more, name: 'TidingsError', code });
  }
}

/** The error of an `error` frame. */
export function toError(payload: Unknown, ref?: string): TidingsError {
  const { message, retryAfterMs, details } = payload;
  const code = textOr(payload.code, 'internal');
  return new TidingsError(code, textOr(message, code), {
    retryable: payload.retryable === true,
    retryAfterMs: amountOf(retryAfterMs),
    details: listOf<ErrorDetail>(details),
    ref,
  });
}

/** The error of what cannot be done as it was asked, so that nothing of it was sent. */
export const badRequest = (message: string): TidingsError => new TidingsError('bad_request', message);

/** What may succeed when it is asked again under this `ref`. */
export const passing = (code: TidingsError['code'], message: string, ref?: string): TidingsError =>
  new TidingsError(code, message, { retryable: true, ref });

/** The error of what needs a connection that is not there, or no more. */
export const connectionLost = (ref?: string): TidingsError => passing('offline', 'no connection', ref);

/** The server does not know the connection any more, or its token is over: another one helps. */
export const isStranger = ({ code }: TidingsError): boolean => /^(token_expired|unauthenticated)$/.test(code);
