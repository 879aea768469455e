import type { Fault } from '../../local/faults.ts';
import type { LocalState } from '../../local/http/localApi.ts';
import { fetchToken, type StackAddresses } from '../support/localStack.ts';

/** The `/_local` API and the issuer of a local stack, in any process. */
export interface LocalApi {
  inject(fault: Partial<Fault>): Promise<void>;
  clear(): Promise<void>;
  advance(ms: number): Promise<void>;
  state(): Promise<LocalState>;
  token(request: Parameters<typeof fetchToken>[1]): Promise<string>;
}

/** @throws Error with the request and its answer. */
export function localApiOf({ httpUrl, issuer }: Pick<StackAddresses, 'httpUrl' | 'issuer'>): LocalApi {
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
