import { digest } from '../digest.ts';
import type { Principal } from '../principal.ts';
import { canonicalText } from './canonicalText.ts';

/** The identity of a request that changes something, from any API. */
export interface RequestKey {
  readonly principal: Principal;
  /** The client's own key for this request, or the request's id if it gave none. */
  readonly ref: string;
  /** Tells two requests with the same `ref` apart. */
  readonly hash: string;
  /** The hash of the release before. Refs are kept for 24 h, so the next release can remove it. */
  readonly formerHash?: () => string;
}

/**
 * The hash that tells requests with the same `ref` apart. The order of an object's fields does not matter.
 */
export function requestHashes(
  action: string,
  topic: string | undefined,
  payload: object,
): Required<Pick<RequestKey, 'hash' | 'formerHash'>> {
  const asked = [action, topic ?? null, payload];
  return {
    hash: `2:${digest(canonicalText(asked))}`,
    formerHash: () => digest(JSON.stringify(formerly(asked))),
  };
}

/** Whether a request is the one whose hash was remembered. */
export function isSameRequest({ hash, formerHash }: RequestKey, remembered: string): boolean {
  return remembered === hash || (!remembered.includes(':') && remembered === formerHash?.());
}

/** The former hash, which confused an object with a list of pairs. */
function formerly(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(formerly);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, inner]) => [name, formerly(inner)]);
}
