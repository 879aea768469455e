import { createHash } from 'node:crypto';
import type { Principal } from '../principal.ts';
import { canonicalText } from './canonicalText.ts';

/** What identifies a request that changes something, whichever API it came by. */
export interface Request {
  readonly principal: Principal;
  /** The client's own key for this request; the request's id where it named none. */
  readonly ref: string;
  /** Tells two requests with the same `ref` apart. */
  readonly hash: string;
  /** The same as the release before this one made it. Refs live for 24 h, so the next release can do without. */
  readonly formerHash?: () => string;
}

/** What tells a request from another with the same `ref`. The order of an object's fields does not count. */
export function requestHashes(
  action: string,
  topic: string | undefined,
  payload: object,
): Required<Pick<Request, 'hash' | 'formerHash'>> {
  const asked = [action, topic ?? null, payload];
  return {
    hash: `2:${digest(canonicalText(asked))}`,
    formerHash: () => digest(JSON.stringify(formerly(asked))),
  };
}

/** Whether a request is the one whose hash was remembered. */
export function isSameRequest({ hash, formerHash }: Request, remembered: string): boolean {
  return remembered === hash || (!remembered.includes(':') && remembered === formerHash?.());
}

const digest = (text: string) => createHash('sha256').update(text).digest('base64url');

/** Could not tell an object from a list of pairs. */
function formerly(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(formerly);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, inner]) => [name, formerly(inner)]);
}
