import { askHealth, type Client, createClient, type Store } from '@tidings/client';
import { clientFeatures } from '../../../features/clients.ts';
import { askStack } from '../connection/askStack.ts';
import { logStatus, type StatusStep } from '../connection/statusLog.ts';
import type { Grant } from '../oidc/grant.ts';
import { grantTokens } from '../oidc/grantTokens.ts';
import type { IssuerDoor } from '../oidc/issuerDoor.ts';
import { createWire, type Wire, type WireOptions } from '../wire/createWire.ts';
import { anyCollection } from './anyCollection.ts';
import { type Person, personOfToken } from './person.ts';
import { issuedTokens, pastedTokens, type Tokens } from './tokens.ts';
import type { Where } from './where.ts';

/** What a session is opened with: a person of a laptop's issuer, what the stage's issuer gave, or a token. */
export type Credential = { readonly person: Person } | { readonly grant: Grant } | { readonly token: string };

/** One person at one stage: a client with all that it needs. There may be several at once. */
export interface Session {
  readonly where: Where;
  /** Who it is, as far as it is known before the server has said so. */
  readonly who: Partial<Person>;
  readonly credential: Credential;
  readonly client: Client;
  readonly wire: Wire;
  /** What became of its connection, the newest first. */
  readonly statuses: Store<readonly StatusStep[]>;
  readonly tokens: Tokens;
  /** Asks the HTTP API in this person's name; `path` begins with a slash. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Gives the connection up and opens it again. */
  reconnect(): void;
  close(): void;
}

export interface SessionOptions {
  readonly where: Where;
  readonly credential: Credential;
  /** Where a grant is of. Without it its token is used as a pasted one. */
  readonly door?: Pick<IssuerDoor, 'issuer' | 'refusal'> | undefined;
  /** Told of what takes the place of `credential`. */
  readonly onCredential?: (credential: Credential) => void;
  readonly wire?: WireOptions;
}

/**
 * Opens a session, and its connection.
 *
 * @example
 * const bo = createSession({ where, credential: { person: { user: 'bo', tenant: 'acme', roles: ['msp'] } } });
 * bo.client.topic('room', 'lobby').on('room.message', show);
 * bo.close();
 */
export function createSession(options: SessionOptions): Session {
  const { where, credential } = options;
  const tokens = tokensOf(options);
  const wire = createWire(options.wire);
  const client = createClient({
    url: where.wsUrl,
    getToken: tokens.get,
    WebSocket: wire.WebSocket,
    features: [anyCollection, ...clientFeatures],
    diagnose: (where.mode === 'local' ? askStack : askHealth)(where.httpUrl),
  });
  const statuses = logStatus(client.status);
  client.connect();
  return {
    where,
    who: 'person' in credential ? credential.person : personOfToken(firstToken(credential)),
    credential,
    client,
    wire,
    statuses,
    tokens,
    async fetch(path, init = {}) {
      const headers = new Headers(init.headers);
      headers.set('authorization', `Bearer ${await tokens.get({ force: false })}`);
      return fetch(`${where.httpUrl}${path}`, { ...init, headers });
    },
    reconnect() {
      client.close();
      client.connect();
    },
    close: client.close,
  };
}

const firstToken = (credential: Exclude<Credential, { readonly person: Person }>) =>
  'grant' in credential ? credential.grant.token : credential.token;

function tokensOf({ credential, door, onCredential = () => {} }: SessionOptions): Tokens {
  if ('person' in credential) return issuedTokens(credential.person);
  if (!('grant' in credential && door))
    return pastedTokens(firstToken(credential), (token) => onCredential({ token }));
  return grantTokens({
    ...door,
    first: credential.grant,
    onChange: (next) => onCredential('idToken' in next ? { grant: next } : next),
  });
}
