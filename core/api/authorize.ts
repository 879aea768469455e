import { subprotocol } from '@tidings/protocol';
import { type Authorized, authorizeToken } from '../authorizeToken.ts';
import { opensUntil } from '../connections/expiry.ts';
import type { Runtime } from '../runtime.ts';
import type { Settings } from '../settings.ts';
import { redeemTicket } from './tickets.ts';

/** The parts of a handshake that can prove who connects. Header names are in lower case. */
export interface Handshake {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
}

/**
 * Decides who opens a connection. The first credential present decides. Of a token's header only `alg` and
 * `kid` count.
 */
export async function authorizeHandshake(
  runtime: Pick<Runtime, 'settings' | 'tokens' | 'table' | 'clock'>,
  { headers, query }: Handshake,
): Promise<Authorized> {
  const { settings, clock } = runtime;
  const isWelcome = mayComeFrom(settings, headers.origin);
  const bearer = offeredProtocols(headers).find((offered) => offered.startsWith('bearer.'));
  const { ticket, token } = query;
  let judged: Authorized;
  if (bearer !== undefined) judged = await authorizeToken(runtime, bearer.slice('bearer.'.length));
  // Checked first, since reading a ticket uses it up, and a foreign page must not do that to its owner.
  else if (ticket !== undefined) judged = isWelcome ? await redeemTicket(runtime, ticket) : foreign;
  else if (token !== undefined && settings.allowQueryToken) judged = await authorizeToken(runtime, token);
  else return { refused: 401, check: 'credential' };
  if ('refused' in judged) return judged;
  if (opensUntil(judged.principal) < clock.now()) return { refused: 401, check: 'expiry' };
  return isWelcome ? judged : foreign;
}

const foreign = { refused: 403, check: 'origin' } as const;

/**
 * The subprotocol for the answer to a handshake: ours if it was offered, and never the one with the token.
 */
export function selectProtocol(headers: Handshake['headers']): string | undefined {
  return offeredProtocols(headers).includes(subprotocol) ? subprotocol : undefined;
}

function offeredProtocols(headers: Handshake['headers']): string[] {
  return (headers['sec-websocket-protocol'] ?? '').split(',').map((offered) => offered.trim());
}

/**
 * Browsers send an Origin, which pages cannot forge. So a foreign page cannot use a visitor's credentials.
 */
function mayComeFrom(settings: Settings, origin: string | undefined): boolean {
  if (origin === undefined) return settings.allowNoOrigin;
  return settings.allowedOrigins.includes(origin) || (settings.allowLoopbackOrigins && isLoopback(origin));
}

const isLoopback = (origin: string) => /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/.test(origin);
