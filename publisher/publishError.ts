import type { ErrorCode, ErrorDetail, ErrorPayload } from '@tidings/protocol';

/** What `createPublisher` may say besides the server's own codes: `unreachable`, that nobody answered, or not Tidings. */
export type PublishErrorCode = ErrorCode | 'unreachable';

/** Why something was not published, or why nobody knows whether it was. */
export class PublishError extends Error {
  override readonly name = 'PublishError';
  readonly code: PublishErrorCode;
  /** Whether the same may succeed later, under the same `ref`. */
  readonly retryable: boolean;
  /** How long the server asks to wait before that, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** Which fields are wrong, and what they should be. */
  readonly details: readonly ErrorDetail[];
  /** Under which to ask again: what has happened already counts once. */
  readonly ref: string;

  constructor(
    {
      code,
      message,
      retryable,
      retryAfterMs,
      details = [],
    }: Omit<ErrorPayload, 'code'> & { code: PublishErrorCode },
    ref: string,
    cause?: unknown,
  ) {
    super(message, { cause });
    this.code = code;
    this.retryable = retryable;
    this.retryAfterMs = retryAfterMs;
    this.details = details;
    this.ref = ref;
  }
}
