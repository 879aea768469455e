import { createHash } from 'node:crypto';
import type { Principal } from './principal.ts';

/** What identifies a request that changes something, whichever door it came through. */
export interface Request {
  readonly principal: Principal;
  /** The client's own key for this request; the request's id where it named none. */
  readonly ref: string;
  /** Tells two requests with the same `ref` apart. */
  readonly hash: string;
}

/** A digest of what is asked for. The order of an object's fields does not count. */
export function requestHash(action: string, topic: string | undefined, payload: object): string {
  return createHash('sha256')
    .update(JSON.stringify([action, topic ?? null, sorted(payload)]))
    .digest('base64url');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, inner]) => [name, sorted(inner)]);
}
