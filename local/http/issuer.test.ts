import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LocalClock, localClock } from '../clock.ts';
import { type Issuer, openIssuer } from './issuer.ts';
import { openServer, type Server } from './server.ts';

let clock: LocalClock;
let server: Server;
let issuer: Issuer;
let url: string;

beforeEach(async () => {
  clock = localClock();
  server = await openServer(0, () => {});
  url = `${server.httpUrl}/issuer`;
  issuer = await openIssuer({ url, clock });
  server.mount({
    request: (request, response, path) => issuer.handle(request, response, path.slice('/issuer'.length)),
    post: () => false,
    upgrade: (_request, socket) => socket.destroy(),
    speaksAt: () => true,
  });
});

afterEach(() => server.close());

const ask = (body: unknown) =>
  fetch(`${url}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const ada = { user: 'ada', tenant: 'acme', roles: ['msp'] };
const verify = async (token: string) => {
  const discovered = (await (await fetch(`${url}/.well-known/openid-configuration`)).json()) as {
    jwks_uri: string;
  };
  const keys = createRemoteJWKSet(new URL(discovered.jwks_uri));
  return jwtVerify(token, keys, { issuer: url, audience: 'tidings', currentDate: new Date(clock.now()) });
};

describe('the local issuer', () => {
  test('its tokens verify with the keys that its configuration names', async () => {
    const { token } = (await (await ask({ ...ada, clients: ['c1'] })).json()) as { token: string };
    const { payload, protectedHeader } = await verify(token);
    expect(protectedHeader.alg).toBe('ES256');
    expect(payload).toMatchObject({ sub: 'ada', tenant: 'acme', roles: ['msp'], client_ids: ['c1'] });
    expect(payload.jti).toMatch(/.{20}/);
    expect(Number(payload.exp) - Number(payload.iat)).toBe(3_600);
  });

  test('a published key holds nothing secret', async () => {
    const { keys } = (await (await fetch(`${url}/jwks`)).json()) as { keys: Record<string, unknown>[] };
    expect(new Set(Object.keys(keys[0] ?? {}))).toEqual(
      new Set(['kty', 'crv', 'x', 'y', 'kid', 'alg', 'use']),
    );
  });

  test.each([
    ['90s', 90],
    ['15m', 900],
    ['2d', 172_800],
    ['-10m', -600],
  ])('expiresIn %s is counted on the stack’s clock', async (expiresIn, seconds) => {
    await clock.advance(10 * 3_600_000);
    const before = Math.floor(clock.now() / 1_000);
    const { exp = 0 } = decodeJwt(await issuer.sign({ ...ada, expiresIn }));
    expect(exp - before - seconds).toBeGreaterThanOrEqual(0);
    expect(exp - before - seconds).toBeLessThanOrEqual(1);
  });

  test('it writes the claims that it is told to, in the place of its own', async () => {
    const { token } = (await (await ask({ ...ada, claims: { iat: 7, nbf: -1 } })).json()) as {
      token: string;
    };
    expect(decodeJwt(token)).toMatchObject({ sub: 'ada', iat: 7, nbf: -1 });
  });

  test('an expired token is refused as one', async () => {
    const token = await issuer.sign({ ...ada, expiresIn: '-10m' });
    await expect(verify(token)).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' });
  });

  test.each([
    [{ ...ada, user: '' }, '"user"'],
    [{ tenant: 'acme', roles: [] }, '"user"'],
    [{ ...ada, tenant: 7 }, '"tenant"'],
    [{ ...ada, roles: 'msp' }, '"roles"'],
    [{ ...ada, clients: [1] }, '"clients"'],
    [{ ...ada, expiresIn: '1 hour' }, '"expiresIn"'],
    [{ ...ada, expiresIn: 60 }, '"expiresIn"'],
    [{ ...ada, claims: [1] }, '"claims"'],
    [{ ...ada, role: 'msp' }, '"role"'],
    ['not JSON', 'not JSON'],
    ['[]', 'JSON object'],
  ])('%j is refused, and what is wrong is named', async (body, named) => {
    const answer = await ask(body);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { message: string }).message).toContain(named);
  });

  describe('to a page', () => {
    const page = (path: string, origin: string, init: RequestInit = {}) =>
      fetch(`${url}${path}`, { ...init, headers: { origin, 'content-type': 'application/json' } });
    const readableBy = (answer: Response) => answer.headers.get('access-control-allow-origin');

    test.each(['http://localhost:3000', 'http://127.0.0.1:5173', 'http://localhost'])(
      'of %s gives a token: the browser may ask, and the page may read',
      async (origin) => {
        const may = await page('/token', origin, { method: 'OPTIONS' });
        expect([may.status, readableBy(may)]).toEqual([204, origin]);
        expect(may.headers.get('access-control-allow-methods')).toContain('POST');
        expect(may.headers.get('access-control-allow-headers')).toContain('content-type');
        const answer = await page('/token', origin, { method: 'POST', body: JSON.stringify(ada) });
        expect([answer.status, readableBy(answer)]).toEqual([200, origin]);
        expect(answer.headers.get('vary')).toBe('Origin');
        for (const path of ['/jwks', '/.well-known/openid-configuration', '/none']) {
          expect(readableBy(await page(path, origin)), path).toBe(origin);
        }
      },
    );

    test('also tells what is wrong with its request', async () => {
      const answer = await page('/token', 'http://localhost:3000', { method: 'POST', body: '{}' });
      expect([answer.status, readableBy(answer)]).toEqual([400, 'http://localhost:3000']);
      expect(await answer.json()).toEqual({ message: expect.stringContaining('"user"') });
    });

    test('of elsewhere gives nothing', async () => {
      for (const method of ['OPTIONS', 'POST']) {
        const body = method === 'POST' ? { body: JSON.stringify(ada) } : {};
        const answer = await page('/token', 'https://evil.example', { method, ...body });
        expect([answer.status, readableBy(answer)]).toEqual([403, null]);
      }
    });
  });

  test('with a data folder its tokens outlive a restart, and the key is for its owner alone', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'tidings-issuer-'));
    const first = await openIssuer({ url, clock, dataDir });
    const token = await first.sign(ada);
    issuer = await openIssuer({ url, clock, dataDir });
    expect((await verify(token)).payload.sub).toBe('ada');
    expect((await stat(join(dataDir, 'issuer-key.json'))).mode & 0o077).toBe(0);
    await rm(dataDir, { recursive: true });
  });

  test('without one, a restart ends all tokens', async () => {
    const token = await issuer.sign(ada);
    issuer = await openIssuer({ url, clock });
    await expect(verify(token)).rejects.toThrow();
  });
});
