import { type Role, roles } from '@tidings/protocol';
import type { Claims } from './ports.ts';
import type { Tokens } from './settings.ts';

/**
 * Finds a claim by its exact name first (Auth0's are URLs), then by the path that its dots make
 * (`realm_access.roles`). On the way the longest name goes first, since names of a path may hold dots too.
 */
export function readClaim(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const parent = name.slice(0, dot);
    const inner = Object.hasOwn(claims, parent) ? claims[parent] : undefined;
    const found = isClaims(inner) ? readClaim(inner, name.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

const isClaims = (value: unknown): value is Claims =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Cognito writes a custom attribute as one text, in which commas or spaces separate a list. */
export function readList(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(/[\s,]+/).filter((word) => word !== '');
  return Array.isArray(claim) ? claim.filter((word) => typeof word === 'string') : [];
}

/** The roles that a claim comes to, of those that the app has. What the map does not name counts under its own name; other values are nothing. */
export function readRoles(
  claim: unknown,
  map: Tokens['roleMap'] = {},
  known: readonly Role[] = roles,
): Role[] {
  // A group's name may hold spaces, also where it is the only one and comes as a text.
  const isOneName = typeof claim === 'string' && Object.hasOwn(map, claim);
  const values = isOneName ? [claim] : readList(claim);
  const held = new Set(values.flatMap((value) => (Object.hasOwn(map, value) ? (map[value] ?? []) : value)));
  return known.filter((role) => held.has(role));
}
