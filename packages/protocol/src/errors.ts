/** What an error code means to a client, to an HTTP caller and to a reader. */
export interface ErrorRule {
  /** Whether the same request may succeed later, unchanged. */
  readonly retryable: boolean;
  /** The status of the HTTP API's answer. */
  readonly httpStatus: 400 | 401 | 403 | 404 | 409 | 413 | 429 | 500 | 503;
  readonly documentation: string;
}

/** The one table of error codes. `PROTOCOL.md` repeats it, and a test holds the two together. */
export const errorRules = {
  bad_request: {
    retryable: false,
    httpStatus: 400,
    documentation: 'The frame is not JSON, not an object, nested too deep, or names no action.',
  },
  unknown_action: { retryable: false, httpStatus: 404, documentation: 'There is no such action.' },
  validation_failed: {
    retryable: false,
    httpStatus: 400,
    documentation: 'A field is missing or wrong; `details` names each with its path.',
  },
  unauthenticated: {
    retryable: false,
    httpStatus: 401,
    documentation: 'No credential, one that does not verify, or a connection that is no longer known.',
  },
  token_expired: {
    retryable: false,
    httpStatus: 401,
    documentation: 'The token is past its `exp`: renew it with `auth`, or connect with a new one.',
  },
  identity_mismatch: {
    retryable: false,
    httpStatus: 403,
    documentation: 'The renewed token is of another user or tenant than the connection.',
  },
  forbidden: { retryable: false, httpStatus: 403, documentation: 'The caller may not do this.' },
  unknown_topic: { retryable: false, httpStatus: 400, documentation: 'The topic is not one of the grammar.' },
  not_subscribed: {
    retryable: false,
    httpStatus: 409,
    documentation: 'The connection is not subscribed to the topic.',
  },
  not_found: { retryable: false, httpStatus: 404, documentation: 'What the request names does not exist.' },
  conflict: {
    retryable: false,
    httpStatus: 409,
    documentation: 'The `ref` was used for another request, or what is asked for is taken.',
  },
  rate_limited: {
    retryable: true,
    httpStatus: 429,
    documentation: 'Too much at once, or for one recipient: wait `retryAfterMs`.',
  },
  limit_exceeded: {
    retryable: false,
    httpStatus: 429,
    documentation: 'A limit that `hello` tells is reached.',
  },
  payload_too_large: { retryable: false, httpStatus: 413, documentation: 'The frame is too large.' },
  unsupported_version: {
    retryable: false,
    httpStatus: 400,
    documentation: 'The server does not speak this version of the protocol.',
  },
  unavailable: {
    retryable: true,
    httpStatus: 503,
    documentation: 'The database is too busy: ask again with the same `ref`.',
  },
  internal: {
    retryable: true,
    httpStatus: 500,
    documentation: 'A bug or an outage; the message is the request id: ask again with the same `ref`.',
  },
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
