import type { ActionView, KindView } from '../../contract/readContract.ts';
import type { Request } from '../../publish/sendRequest.ts';

/** A request that succeeded, and what the contract says of its action. */
export interface SentRequest {
  readonly action: Pick<ActionView, 'payload'>;
  readonly request: Pick<Request, 'topic' | 'payload'>;
}

/**
 * Which topic of a kind a request was about: the one that it names; otherwise that of the first id in its payload, as
 * no contract says on which topic an action publishes.
 */
export function sentId(
  { kind, varies }: Pick<KindView, 'kind' | 'varies'>,
  { action, request }: SentRequest,
): string | undefined {
  if (varies === undefined) return undefined;
  if (request.topic !== undefined) {
    const [named, id] = request.topic.split(':');
    return named === kind ? id : undefined;
  }
  const values = request.payload as Readonly<Record<string, unknown>>;
  for (const [name, { pattern }] of Object.entries(action.payload.properties ?? {})) {
    const value = values[name];
    if (pattern === `^${varies}$` && typeof value === 'string') return value;
  }
  return undefined;
}
