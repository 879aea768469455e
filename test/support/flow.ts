import { randomBytes } from 'node:crypto';
import type { Role } from '@tidings/protocol';
import { inject } from 'vitest';
import { type Client, openClient } from './client.ts';
import { fetchToken, type StackAddresses } from './localStack.ts';

export interface Person {
  readonly user: string;
  readonly roles: readonly Role[];
  readonly clients?: readonly string[];
  /** Like `15m`. @default 1h */
  readonly expiresIn?: string;
  /** In the place of what the issuer would write: `{ iat: 0 }`. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** A tenant of a test's own, so that tests share a stack and nothing else. */
export interface Tenant {
  readonly name: string;
  token(person: Person): Promise<string>;
  /** @param query what the address has besides: `?feeds=user:me`. */
  connect(person: Person, query?: string): Promise<Client>;
  staff(user?: string): Promise<Client>;
  clientUser(user: string, clientId: string): Promise<Client>;
  http(person: Person, method: string, path: string, body?: object): Promise<{ status: number; body: never }>;
}

/** Of one process; two runs may test one deployed stack. */
const run = randomBytes(4).toString('hex');
let tenants = 0;

export function newTenant(urls: StackAddresses = inject('localStack')): Tenant {
  const name = `tenant-${run}-${tenants++}`;
  const tenant: Tenant = {
    name,
    token: (person) => fetchToken(urls, { tenant: name, ...person }),
    connect: async (person, query = '') =>
      openClient(urls.wsUrl, { token: await tenant.token(person), query }),
    staff: (user = 'staff') => tenant.connect({ user, roles: ['msp'] }),
    clientUser: (user, clientId) => tenant.connect({ user, roles: ['client'], clients: [clientId] }),
    async http(person, method, path, body) {
      const response = await fetch(urls.httpUrl + path, {
        method,
        headers: { authorization: `Bearer ${await tenant.token(person)}` },
        ...(body && { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as never };
    },
  };
  return tenant;
}
