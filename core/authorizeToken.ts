import { ProtocolError } from '@tidings/protocol';
import { type Principal, toPrincipal } from './principal.ts';
import type { Refused } from './refusal.ts';
import type { Runtime } from './runtime.ts';

/** 401: no credential, or one that does not verify. 403: a valid one that may not connect. */
export type Authorized = { readonly principal: Principal } | Refused<401 | 403>;

/** Finds the user of a token. */
export async function authorizeToken(
  { tokens, settings }: Pick<Runtime, 'tokens' | 'settings'>,
  token: string,
): Promise<Authorized> {
  const verified = await tokens.verify(token);
  if ('refused' in verified) return { refused: 401, check: verified.refused };
  const principal = toPrincipal(verified.claims, settings.tokens, settings.roles);
  return 'refused' in principal ? principal : { principal };
}

/** @throws ProtocolError `unauthenticated` (the token does not verify), `forbidden` (no role). */
export async function requirePrincipal(
  runtime: Pick<Runtime, 'tokens' | 'settings'>,
  token: string,
): Promise<Principal> {
  const authorized = await authorizeToken(runtime, token);
  if ('principal' in authorized) return authorized.principal;
  if (authorized.refused === 403) {
    throw new ProtocolError('forbidden', 'this token holds no role that may do anything here');
  }
  throw new ProtocolError('unauthenticated', 'this token does not verify');
}
