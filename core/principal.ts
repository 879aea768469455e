import { roles as builtIn, idPattern, isName, maxUserIdLength, type Role } from '@tidings/protocol';
import { readClaim, readList, readRoles } from './claims.ts';
import type { Claims } from './ports.ts';
import type { ClaimCheck, Refused } from './refusal.ts';
import type { Tokens } from './settings.ts';

/** The user of a request, read from a verified token and never from a frame. */
export interface Principal {
  readonly tenant: string;
  readonly userId: string;
  readonly roles: readonly Role[];
  /** The clients that this user belongs to (role `client`). */
  readonly clients: readonly string[];
  /** When the token ends and when it was issued: whole milliseconds since 1970. */
  readonly expiresAt: number;
  readonly issuedAt: number;
}

/** The event bus as a user. No token and no frame can give this name, so no other user shares it. */
export const busUserId = '\0bus';

/** A user's id as others see it. */
export const shownUser = (userId: string) => (userId === busUserId ? 'bus' : userId);

/**
 * A transaction writes at most 100 rows, and a connection joins all its feeds in one.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export const maxClients = 80;

/**
 * An authorizer's answer has at most 8 KB. It holds the principal as base64, its user's id and the policy.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */
const fitsAnAuthorizer = (principal: Principal) => {
  const base64 = Math.ceil((Buffer.byteLength(JSON.stringify(principal)) * 4) / 3);
  return base64 + encodeURIComponent(principal.userId).length <= 7_700;
};

/**
 * Reads a principal out of a verified token's claims.
 *
 * @param roles those that the app has; without its own, if left out
 * @returns a refusal with 401 when a claim is missing or has the wrong shape; with 403 when the token is good but
 *   has none of our roles, has more clients than a connection can follow, or is too large to pass on.
 */
export function toPrincipal(
  claims: Claims,
  { claims: names, roleMap }: Pick<Tokens, 'claims' | 'roleMap'>,
  roles: readonly Role[] = builtIn,
): Principal | Refused<401 | 403> {
  const { sub: userId, exp, iat } = claims;
  const tenant = readClaim(claims, names.tenant);
  if (!isKeyPart(userId)) return malformed('user');
  if (!isKeyPart(tenant)) return malformed('tenant');
  if (typeof exp !== 'number') return malformed('time');
  const known = readRoles(readClaim(claims, names.roles), roleMap, roles);
  const clients = [...new Set(readList(readClaim(claims, names.clients)))];
  if (clients.some((client) => !idPattern.test(client))) return malformed('client-ids');
  if (known.length === 0) return notAllowed('role');
  if (clients.length > maxClients) return notAllowed('clients');
  const principal: Principal = {
    tenant,
    userId,
    roles: known,
    clients: known.includes('client') ? clients : [],
    expiresAt: Math.floor(exp * 1000),
    issuedAt: typeof iat === 'number' ? Math.floor(iat * 1000) : 0,
  };
  return fitsAnAuthorizer(principal) ? principal : notAllowed('size');
}

const malformed = (check: ClaimCheck) => ({ refused: 401, check }) as const;
const notAllowed = (check: ClaimCheck) => ({ refused: 403, check }) as const;

const isKeyPart = (claim: unknown): claim is string =>
  typeof claim === 'string' && isName(claim, maxUserIdLength);

/** Whether the user is only a client's user: neither the provider's staff nor a machine. */
export function isClientUser({ roles: held }: Principal): boolean {
  return held.includes('client') && !held.includes('msp') && !held.includes('service');
}
