import { subprotocol } from '@tidings/protocol';
import { type Principal, toPrincipal } from './principal.ts';
import type { Runtime } from './runtime.ts';
import { redeemTicket } from './tickets.ts';

/** What a handshake brings, as far as it proves anything. Header names are in lower case. */
export interface Handshake {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
}

/** The reaper works by the minute, so a connection that would end within this one is not begun. */
export const leastLifeMs = 60_000;

/** 401: no credential, or one that does not verify. 403: a good one that may not connect. */
export type Authorized = { readonly principal: Principal } | { readonly refused: 401 | 403 };

/** Decides who opens a connection. The first credential that is present decides; of a token's header only `alg` and `kid` count. */
export async function authorizeHandshake(
  runtime: Pick<Runtime, 'settings' | 'tokens' | 'table' | 'clock'>,
  { headers, query }: Handshake,
): Promise<Authorized> {
  const { settings, clock } = runtime;
  const bearer = offeredProtocols(headers).find((offered) => offered.startsWith('bearer.'));
  const { ticket, token } = query;
  let judged: Authorized;
  if (bearer !== undefined) judged = await authorizeToken(runtime, bearer.slice('bearer.'.length));
  else if (ticket !== undefined) judged = await redeemTicket(runtime, ticket);
  else if (token !== undefined && settings.allowQueryToken) judged = await authorizeToken(runtime, token);
  else return { refused: 401 };
  if ('refused' in judged) return judged;
  if (judged.principal.expiresAt - clock.now() < leastLifeMs) return { refused: 401 };
  return mayComeFrom(runtime, headers.origin) ? judged : { refused: 403 };
}

/** Decides whose a token is. */
export async function authorizeToken(
  { tokens, settings }: Pick<Runtime, 'tokens' | 'settings'>,
  token: string,
): Promise<Authorized> {
  const verified = await tokens.verify(token);
  if ('refused' in verified) return { refused: 401 };
  const principal = toPrincipal(verified.claims, settings.tokens.claims);
  if (principal === 'invalid') return { refused: 401 };
  return principal === 'no-role' ? { refused: 403 } : { principal };
}

/** The subprotocol to answer a handshake with: ours if it was offered, and never the one that carries the token. */
export function selectProtocol(headers: Handshake['headers']): string | undefined {
  return offeredProtocols(headers).includes(subprotocol) ? subprotocol : undefined;
}

function offeredProtocols(headers: Handshake['headers']): string[] {
  return (headers['sec-websocket-protocol'] ?? '').split(',').map((offered) => offered.trim());
}

/** Browsers send an Origin and cannot forge it, so a page elsewhere cannot use a visitor's credentials. */
function mayComeFrom({ settings }: Pick<Runtime, 'settings'>, origin: string | undefined): boolean {
  return origin === undefined ? settings.allowNoOrigin : settings.allowedOrigins.includes(origin);
}
