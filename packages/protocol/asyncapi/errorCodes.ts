import { type ErrorCode, type ErrorRule, errorRules } from '../src/errors.ts';

/** What each error code means to a reader. `PROTOCOL.md` repeats it, and a test holds the two together. */
const documentation: Readonly<Record<ErrorCode, string>> = {
  bad_request: 'The frame is not JSON, not an object, nested too deep, or names no action.',
  unknown_action: 'There is no such action.',
  validation_failed: 'A field is missing or wrong; `details` names each with its path.',
  unauthenticated: 'No credential, one that does not verify, or a connection that is no longer known.',
  token_expired: 'The token is past its `exp`: renew it with `auth`, or connect with a new one.',
  identity_mismatch: 'The renewed token is of another user or tenant than the connection.',
  forbidden: 'The caller may not do this.',
  unknown_topic: 'The topic is not one of the grammar.',
  not_subscribed: 'The connection is not subscribed to the topic.',
  not_found: 'What the request names does not exist.',
  conflict: 'The `ref` was used for another request, or what is asked for is taken.',
  rate_limited: 'Too much at once, or for one recipient: wait `retryAfterMs`.',
  limit_exceeded: 'A limit that `hello` tells is reached.',
  payload_too_large: 'The frame is too large.',
  unsupported_version: 'The server does not speak this version of the protocol.',
  unavailable: 'The database is too busy: ask again with the same `ref`.',
  internal: 'A bug or an outage; the message is the request id: ask again with the same `ref`.',
};

export interface DocumentedError extends ErrorRule {
  readonly code: ErrorCode;
  readonly documentation: string;
}

/** The table of error codes, for documents. */
export const errorCodes = (Object.keys(errorRules) as ErrorCode[]).map(
  (code): DocumentedError => ({ code, ...errorRules[code], documentation: documentation[code] }),
);
