import { type SigningKey, signingKey } from '../../../adapters/jwt/fakeIssuer.ts';
import { serveAt } from '../../support/serveAt.ts';
import type { LocalApi } from '../localApi.ts';

/** An issuer that a stage names: what it publishes, signs with, and whether it answers, is the drill's to say. */
export interface OwnIssuer {
  /** The stage's `tokens`. */
  readonly tokens: object;
  publish(...keys: readonly SigningKey[]): void;
  answers(does: boolean): void;
  close(): void;
}

const issuer = 'https://accounts.example.com';

export async function startOwnIssuer(...first: readonly SigningKey[]): Promise<OwnIssuer> {
  let keys = first;
  let isUp = true;
  const { url, close } = await serveAt(async () => (request, response) => {
    if (!isUp) return void request.socket.destroy();
    response.end(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }));
  });
  return {
    tokens: { issuer, audience: 'tidings', jwksUrl: `${url}/keys.json` },
    publish(...next) {
      keys = next;
    },
    answers(does) {
      isUp = does;
    },
    close,
  };
}

export const newKey = (name: string): Promise<SigningKey> => signingKey('ES256', name);

/** Signs as that issuer, for a day. */
export const signedBy =
  (key: SigningKey): LocalApi['token'] =>
  ({ user, tenant, roles, clients = [] }) => {
    const iat = Math.floor(Date.now() / 1000);
    const who = { sub: user, tenant, roles, client_ids: clients };
    return key.sign({ iss: issuer, aud: 'tidings', iat, exp: iat + 86_400, ...who });
  };
