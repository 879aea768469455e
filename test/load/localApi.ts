import type { Fault } from '../../local/faults.ts';
import type { LocalState } from '../../local/http/localApi.ts';
import { fetchToken, type StackAddresses } from '../support/localStack.ts';

/** A local stack in whatever process, by its doors over HTTP. */
export interface Doors {
  inject(fault: Partial<Fault>): Promise<void>;
  clear(): Promise<void>;
  advance(ms: number): Promise<void>;
  state(): Promise<LocalState>;
  token(request: Parameters<typeof fetchToken>[1]): Promise<string>;
}

/** @throws Error naming the door and what it answered. */
export function doorsOf({ httpUrl, issuer }: Pick<StackAddresses, 'httpUrl' | 'issuer'>): Doors {
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`${httpUrl}/_local${path}`, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (answer.ok) return answer.json();
    throw new Error(`${method} ${path} was answered with ${answer.status}: ${await answer.text()}`);
  };
  return {
    inject: async (fault) => void (await call('POST', '/faults', fault)),
    clear: async () => void (await call('DELETE', '/faults', {})),
    advance: async (ms) => void (await call('POST', '/clock', { advanceMs: ms })),
    state: async () => (await call('GET', '/state')) as LocalState,
    token: (request) => fetchToken({ issuer }, request),
  };
}
