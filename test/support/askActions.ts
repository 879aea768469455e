import { unlimited } from '../../core/api/rateLimit.ts';
import { handleAction } from '../../core/api/router.ts';
import type { Principal } from '../../core/principal.ts';
import { type MemoryRuntime, principal } from './memoryRuntime.ts';

/** What a request was answered, with what tests look at. */
export interface Answered {
  readonly code?: string;
  readonly already?: true;
  readonly seq?: number;
  readonly [field: string]: unknown;
}

/** Lets people of tenant `t` ask for actions, as often as they like: no rate is counted. */
export function askActions(memory: MemoryRuntime) {
  let asked = 0;
  const runtime = { ...memory, rates: unlimited };
  return async (who: Partial<Principal>, action: string, payload: object): Promise<Answered> => {
    const ref = `asked-${asked++}`;
    const frame = { action, ref, payload: payload as Record<string, unknown> };
    return (await handleAction(runtime, principal(memory, who), ref, frame)).payload as Answered;
  };
}

export const desk: Partial<Principal> = { userId: 'desk', roles: ['msp'] };
export const service: Partial<Principal> = { userId: 'crm', roles: ['service'] };
export const admin: Partial<Principal> = { userId: 'root', roles: ['admin'] };
export const clientUser = (userId: string, client = 'acme'): Partial<Principal> => ({
  userId,
  roles: ['client'],
  clients: [client],
});
