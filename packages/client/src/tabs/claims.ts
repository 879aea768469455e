/** Claims that differ from token to token of the same rights: times, and the names of tokens and sign-ins. */
export const defaultPassingClaims: readonly string[] = [
  'iat',
  'exp',
  'nbf',
  'jti',
  'auth_time',
  // Amazon Cognito's and Microsoft Entra's own names for a token.
  'event_id',
  'origin_jti',
  'uti',
];

const bearer = 'bearer.';

/**
 * What two sockets must have in common to be one: address, protocols and all claims but those that pass. Which feeds
 * the address names is of no account, as each tab's `hello` asks for what it follows. The
 * signature is not looked at: a page can forge nothing that it could not read from its own other tabs anyway.
 *
 * @returns nothing for a credential that says nothing about itself: it is never shared.
 */
export function claimsOf(
  url: string,
  protocols: readonly string[],
  passing: readonly string[],
): string | undefined {
  const others = protocols.filter((one) => !one.startsWith(bearer));
  const claims = protocols.length - others.length === 1 ? payloadOf(tokenIn(protocols)) : undefined;
  if (!claims) return undefined;
  const lasting = Object.entries(claims).filter(([name]) => !passing.includes(name));
  return JSON.stringify([
    url.replace(/([?&]feeds=)[^&]*/, '$1'),
    others,
    inOrder(Object.fromEntries(lasting)),
  ]);
}

/** The token that is among the protocols. */
export const tokenIn = (protocols: readonly string[]): string =>
  protocols.find((one) => one.startsWith(bearer))?.slice(bearer.length) ?? '';

/** The protocols with another token in them. */
export const withToken = (protocols: readonly string[], token: unknown): readonly string[] =>
  protocols.map((one) => (one.startsWith(bearer) ? `${bearer}${String(token)}` : one));

function payloadOf(token: string): object | undefined {
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  try {
    const bytes = atob((parts[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'));
    const text = new TextDecoder('utf-8', { fatal: true }).decode(
      Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)),
    );
    const claims = JSON.parse(text) as { sub?: unknown } | null;
    return typeof claims?.sub === 'string' ? claims : undefined;
  } catch {
    return undefined;
  }
}

/** The same value whatever the order in which its fields were written. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, one]) => [name, inOrder(one)] as const);
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}
