import {
  AuthorizationResponseError,
  JSON_ATTRIBUTE_COMPARISON,
  OperationProcessingError,
  RESPONSE_IS_NOT_CONFORM,
  RESPONSE_IS_NOT_JSON,
  ResponseBodyError,
} from 'oauth4webapi';
import type { Oidc } from '../session/where.ts';
import { SignInError } from './signInError.ts';

/** What went wrong at an issuer, as a sentence for who signs in, or for who set it up. */
export function inWords(error: unknown, { authority, clientId }: Oidc): SignInError {
  const { host } = new URL(authority);
  if (error instanceof SignInError) return error;
  if (error instanceof AuthorizationResponseError) {
    const { error: said, error_description: more } = error;
    const words = ofAuthorization[said]?.(host) ?? `${host} did not sign you in.`;
    return new SignInError(`${words} ${quoted(said, more)}`, { said, cause: error });
  }
  if (error instanceof ResponseBodyError) {
    const { error: said, error_description: more } = error;
    const words = ofTokens[said]?.(host, clientId) ?? `${host} gave no token.`;
    return new SignInError(`${words} ${quoted(said, more)}`, { said, cause: error });
  }
  return new SignInError(unspoken(error, authority), { cause: error });
}

/** Where the issuer itself said nothing of it. */
function unspoken(error: unknown, authority: string): string {
  const { host } = new URL(authority);
  // What `fetch` throws; the reason is in the browser's own tools and told to no page.
  if (error instanceof TypeError && !('code' in error))
    return `${host} cannot be reached: it is down, or does not answer this page (CORS), or this page may not ask it (docs/console.md).`;
  const { code, message } = error as Error & { readonly code?: string };
  if (error instanceof OperationProcessingError) {
    if (code === JSON_ATTRIBUTE_COMPARISON)
      return `What is at ${host} is another issuer than ${authority}: the stage has to name it to the letter.`;
    if (code === RESPONSE_IS_NOT_CONFORM || code === RESPONSE_IS_NOT_JSON)
      return `${host} answers as no OpenID provider does: is ${authority} its address? ${message}`;
  }
  return `The answer of ${host} is not right: ${message}`;
}

const quoted = (said: string, more: string | undefined) => `(${said}${more ? `: ${more}` : ''})`;

/** https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1 and https://openid.net/specs/openid-connect-core-1_0.html#AuthError */
const ofAuthorization: Readonly<Record<string, (host: string) => string>> = {
  access_denied: (host) => `${host} let nobody in: you did not agree, or may not use this app.`,
  login_required: (host) => `You are not signed in at ${host} any more.`,
};

/** https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
const ofTokens: Readonly<Record<string, (host: string, clientId: string) => string>> = {
  invalid_grant: (host) => `${host} takes this no more: it is over, or was used before. Sign in again.`,
  invalid_client: (host, id) =>
    `${host} wants a secret of ${id}, which no page can keep: it has to be a public app.`,
  unauthorized_client: (host, id) => `${host} does not let ${id} do this.`,
};
