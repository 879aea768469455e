/** What an error code means to a client and to an HTTP caller. */
export interface ErrorRule {
  /** Whether the same request may succeed later, unchanged. */
  readonly retryable: boolean;
  /** The status of the HTTP API's answer. */
  readonly httpStatus: 400 | 401 | 403 | 404 | 409 | 413 | 429 | 500 | 503;
}

/** The one table of error codes. What each means to a reader is said where the documents are made: no start loads it. */
export const errorRules = {
  bad_request: { retryable: false, httpStatus: 400 },
  unknown_action: { retryable: false, httpStatus: 404 },
  validation_failed: { retryable: false, httpStatus: 400 },
  unauthenticated: { retryable: false, httpStatus: 401 },
  token_expired: { retryable: false, httpStatus: 401 },
  identity_mismatch: { retryable: false, httpStatus: 403 },
  forbidden: { retryable: false, httpStatus: 403 },
  unknown_topic: { retryable: false, httpStatus: 400 },
  not_subscribed: { retryable: false, httpStatus: 409 },
  not_found: { retryable: false, httpStatus: 404 },
  conflict: { retryable: false, httpStatus: 409 },
  rate_limited: { retryable: true, httpStatus: 429 },
  limit_exceeded: { retryable: false, httpStatus: 429 },
  payload_too_large: { retryable: false, httpStatus: 413 },
  unsupported_version: { retryable: false, httpStatus: 400 },
  unavailable: { retryable: true, httpStatus: 503 },
  internal: { retryable: true, httpStatus: 500 },
} as const satisfies Record<string, ErrorRule>;

export type ErrorCode = keyof typeof errorRules;

/** Where in a frame something is wrong (`payload.date`), and what. */
export interface ErrorDetail {
  readonly path: string;
  readonly message: string;
}

/** An error whose code and message a client may see. Anything else that is thrown is answered `internal`. */
export class ProtocolError extends Error {
  readonly code: ErrorCode;
  readonly details: readonly ErrorDetail[] | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    more: { details?: readonly ErrorDetail[]; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = 'ProtocolError';
    this.code = code;
    this.details = more.details;
    this.retryAfterMs = more.retryAfterMs;
  }
}

/** The codes of a `disconnect` frame, which says why the server closes the connection. */
export const disconnectRules = {
  4401: { reconnect: 'refresh', documentation: 'The token expired.' },
  4403: { reconnect: 'never', documentation: 'Forbidden or revoked.' },
  4406: {
    reconnect: 'never',
    documentation: 'Reserved, not sent: the version of the protocol is not spoken.',
  },
  4408: {
    reconnect: 'backoff',
    documentation: 'Reserved, not sent: the connection was too slow to take its frames.',
  },
  4409: { reconnect: 'never', documentation: "A newer connection of the same user took this one's place." },
  4429: { reconnect: 'backoff', documentation: 'Reserved, not sent: the connection sent too much.' },
  4500: { reconnect: 'backoff', documentation: 'Reserved, not sent: an error of the server.' },
  4503: { reconnect: 'backoff', documentation: 'The server is being drained.' },
} as const;

export type DisconnectCode = keyof typeof disconnectRules;
