import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Clock } from '@tidings/gateway';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { durations, toSeconds } from '../duration.ts';
import { BadInput, onlyKnown, readJson, sendJson } from './httpJson.ts';

/** Who a token is for. */
export interface TokenRequest {
  readonly user: string;
  readonly tenant: string;
  readonly roles: readonly string[];
  readonly clients?: readonly string[];
  /** `90s`, `15m`, `1h`, `2d`; with a minus for a token that expired that long ago. @default 1h */
  readonly expiresIn?: string;
  /** Claims that take the place of those above, for tokens of an issuer that is wrong: `{"iat": 1e308}`. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

export interface Issuer {
  sign(request: TokenRequest): Promise<string>;
  /** Serves what is below the issuer's address; `path` begins after it (`/token`). */
  handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void>;
}

export interface IssuerOptions {
  /** The `iss` of every token, which is also its address. */
  readonly url: string;
  readonly clock: Pick<Clock, 'now'>;
  /** Where the key is kept, so that tokens outlive a restart. Absent: a new key each time. */
  readonly dataDir?: string;
}

const audience = 'tidings';
const algorithm = 'ES256';

/** An OpenID Connect issuer for one laptop: it gives anybody who can reach it a token for anybody. */
export async function openIssuer({ url, clock, dataDir }: IssuerOptions): Promise<Issuer> {
  const secret = await signingKey(dataDir);
  const { kty, crv, x, y } = secret;
  const kid = await calculateJwkThumbprint(secret);
  const key = await importJWK(secret, algorithm);
  const keys = { keys: [{ kty, crv, x, y, kid, alg: algorithm, use: 'sig' }] };
  const configuration = {
    issuer: url,
    jwks_uri: `${url}/jwks`,
    token_endpoint: `${url}/token`,
    response_types_supported: ['token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [algorithm],
  };

  async function sign({
    user,
    tenant,
    roles,
    clients = [],
    expiresIn = '1h',
    claims = {},
  }: TokenRequest): Promise<string> {
    const now = Math.floor(clock.now() / 1_000);
    const exp = now + seconds(expiresIn);
    const identity = { iss: url, aud: audience, sub: user, tenant, roles, client_ids: clients };
    return new SignJWT({ ...identity, iat: Math.min(now, exp), exp, jti: randomUUID(), ...claims })
      .setProtectedHeader({ alg: algorithm, kid, typ: 'JWT' })
      .sign(key);
  }

  const answers: Readonly<Record<string, (request: IncomingMessage) => unknown>> = {
    'GET /.well-known/openid-configuration': () => configuration,
    'GET /jwks': () => keys,
    'POST /token': async (request) => ({ token: await sign(tokenRequest(await readJson(request))) }),
  };
  return {
    sign,
    async handle(request, response, path) {
      const cors = corsHeaders(request);
      if (request.method === 'OPTIONS') return void response.writeHead(204, cors).end();
      const answer = answers[`${request.method} ${path}`];
      if (!answer) return sendJson(response, 404, { message: 'Not Found' }, cors);
      try {
        sendJson(response, 200, await answer(request), cors);
      } catch (error) {
        // A page must be able to read what is wrong with its request.
        if (!(error instanceof BadInput)) throw error;
        sendJson(response, error.status, { message: error.message }, cors);
      }
    },
  };
}

/** Lets the page that asks read the answer. Pages of elsewhere do not come this far. */
function corsHeaders({ headers: { origin } }: IncomingMessage): Record<string, string> {
  if (origin === undefined) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'content-type',
    'access-control-max-age': '600',
    vary: 'Origin',
  };
}

async function signingKey(dataDir: string | undefined): Promise<JWK> {
  const file = dataDir === undefined ? undefined : join(dataDir, 'issuer-key.json');
  const kept = file === undefined ? undefined : await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) return JSON.parse(kept) as JWK;
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const secret = await exportJWK(privateKey);
  if (dataDir !== undefined && file !== undefined) {
    await mkdir(dataDir, { recursive: true });
    await writeFile(file, JSON.stringify(secret), { mode: 0o600 });
  }
  return secret;
}

/** @throws {BadInput} naming the field that is wrong */
export function tokenRequest(input: Record<string, unknown>): TokenRequest {
  onlyKnown(input, ['user', 'tenant', 'roles', 'clients', 'expiresIn', 'claims']);
  const { user, tenant, roles, clients, expiresIn, claims } = input;
  if (typeof user !== 'string' || user === '') throw new BadInput('"user" must be a text and not empty.');
  if (typeof tenant !== 'string' || tenant === '')
    throw new BadInput('"tenant" must be a text and not empty.');
  if (!areTexts(roles)) throw new BadInput('"roles" must be a list of texts.');
  if (clients !== undefined && !areTexts(clients)) throw new BadInput('"clients" must be a list of texts.');
  if (expiresIn !== undefined && (typeof expiresIn !== 'string' || toSeconds(expiresIn) === undefined)) {
    throw new BadInput(`"expiresIn" must be ${durations}.`);
  }
  if (claims !== undefined && !isRecord(claims)) throw new BadInput('"claims" must be an object.');
  return {
    user,
    tenant,
    roles,
    ...(clients && { clients }),
    ...(expiresIn && { expiresIn }),
    ...(claims && { claims }),
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function areTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '');
}

function seconds(text: string): number {
  const value = toSeconds(text);
  if (value === undefined) throw new BadInput(`"expiresIn" must be ${durations}.`);
  return value;
}
