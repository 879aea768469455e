import type { TokenCheck } from './ports.ts';
import type { Settings, Tokens } from './settings.ts';

/** What the claims of a token that verified failed at. */
export type ClaimCheck = 'time' | 'user' | 'tenant' | 'client-ids' | 'role' | 'clients' | 'size';

/** What a handshake failed at. */
export type Check =
  | TokenCheck
  | ClaimCheck
  | 'credential'
  | 'ticket'
  | 'origin'
  | 'connections'
  | 'revoked'
  | 'closed';

/** A refusal with its HTTP status. `check` is for whoever runs the stage: it is written down, and not sent. */
export interface Refused<Status extends number = number> {
  readonly refused: Status;
  readonly check: Check;
}

/** What a handshake failed at, in words, from the stage's settings: nothing of the token or of the handshake is in it. */
export function whyRefused(check: Check, { tokens, limits }: Pick<Settings, 'tokens' | 'limits'>): string {
  if (check in ofTokens) return ofTokens[check as keyof typeof ofTokens](tokens);
  if (check === 'connections') return `its user already has ${limits.connectionsPerUser} connections`;
  return others[check as keyof typeof others];
}

const anyOf = (values: string | readonly string[]) => [values].flat().join(' or ');

const ofTokens = {
  issuer: ({ issuer }: Tokens) => `the token's iss is not ${issuer}, to the letter (tokens.issuer)`,
  audience: ({ audience }: Tokens) => `the token's aud is not ${anyOf(audience)} (tokens.audience)`,
  'token-use': ({ tokenUse }: Tokens) => `the token's token_use is not ${tokenUse} (tokens.tokenUse)`,
  tenant: ({ claims }: Tokens) =>
    `the token has no claim ${claims.tenant} with a tenant (tokens.claims.tenant)`,
  'client-ids': ({ claims }: Tokens) => `the token's claim ${claims.clients} has a client that is no id`,
  role: ({ claims }: Tokens) =>
    `the token's claim ${claims.roles} has no role that is known here (tokens.claims.roles, tokens.roleMap)`,
} as const;

const others = {
  token: 'the credential is not a signed token of at most 8 KB',
  algorithm: 'the token is not signed with RS256, ES256 or EdDSA',
  key: 'the issuer has no key of the name that the token gives (kid)',
  signature: 'the token was changed, or another key signed it',
  expiry: 'the token is over, or ends within a minute',
  time: "the token has no end, or its iat, nbf or exp is absurd or lies ahead of this server's clock",
  user: 'the token has no sub with a user',
  clients: 'the token has more clients than a connection follows',
  size: 'what the token says is too large for an authorizer to pass on',
  credential: 'there is no token and no ticket; ?token= is taken only where allowQueryToken is true',
  ticket: 'the ticket was used, is over, or never was one',
  origin: 'the page is not of allowedOrigins; without an Origin, allowNoOrigin decides',
  revoked: "its user's tokens were revoked",
  closed: 'the client left before it was let in',
} as const;
