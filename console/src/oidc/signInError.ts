/** Signing in failed; the message is for the user. */
export class SignInError extends Error {
  override readonly name = 'SignInError';
  /** The issuer's own word for it (`access_denied`), where it was the issuer that said no. */
  readonly said: string | undefined;

  constructor(message: string, { said, cause }: { readonly said?: string; readonly cause?: unknown } = {}) {
    super(message, { cause });
    this.said = said;
  }
}

/** Nobody is signed in at the issuer any more, or it has to ask something before it goes on. */
export const asksAgain = (error: unknown): boolean =>
  error instanceof SignInError &&
  /^(login|interaction|consent|account_selection)_required$/.test(error.said ?? '');

/** The refresh token, or what it stands for, is over. */
export const isOver = (error: unknown): boolean =>
  error instanceof SignInError && error.said === 'invalid_grant';
