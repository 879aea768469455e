import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SigningKey, signingKey } from '../../adapters/jwt/fakeIssuer.ts';
import { openClient } from '../support/client.ts';
import { startTestStack } from '../support/localStack.ts';
import { startOpenidProvider } from '../support/openidProvider.ts';
import { serveAt } from '../support/serveAt.ts';

interface Line {
  readonly status: number;
  readonly check: string;
}

/** A stack that takes the tokens of its stage, and what it has printed about handshakes. */
async function startStage(tokens: object) {
  const printed: string[] = [];
  const stack = await startTestStack({
    memory: true,
    tokens: 'stage',
    settings: { tokens, limits: { connectionsPerUser: 1 } },
    log: (line) => printed.push(line),
  });
  return {
    stack,
    printed,
    /** The lines of what is refused meanwhile. */
    async refusing(work: () => Promise<unknown>): Promise<Line[]> {
      const before = printed.length;
      await expect(work()).rejects.toThrow('refused');
      return printed.slice(before).map((line) => JSON.parse(line));
    },
  };
}
type Stage = Awaited<ReturnType<typeof startStage>>;

describe('an OpenID provider that is known by its issuer alone', () => {
  let provider: Awaited<ReturnType<typeof startOpenidProvider>>;
  let stage: Stage;
  let roles = ['support-team', 'offline_access'];
  beforeAll(async () => {
    const claims = () => ({ 'https://example.com/tenant': 'acme', realm_access: { roles } });
    provider = await startOpenidProvider('tidings', claims);
    stage = await startStage({
      issuer: provider.issuer,
      audience: ['elsewhere', 'tidings'],
      claims: { tenant: 'https://example.com/tenant', roles: 'realm_access.roles' },
      roleMap: { 'support-team': 'msp' },
    });
  });
  afterAll(async () => {
    await stage.stack.stop();
    provider.close();
  });

  test('lets its users in, by socket and by HTTP, and a line says so', async () => {
    const token = await provider.token();
    const { wsUrl, httpUrl, issuer } = stage.stack;
    expect(issuer).toBe(provider.issuer);
    const client = await openClient(wsUrl, { token });
    const hello = await client.ask('hello', { payload: { v: 1, clientId: 'tab' } });
    expect(hello.payload).toMatchObject({ userId: 'crm', tenant: 'acme', roles: ['msp'] });
    const stats = await fetch(`${httpUrl}/stats`, { headers: { authorization: `Bearer ${token}` } });
    expect(stats.status).toBe(200);
    expect(stage.printed).toEqual([expect.stringMatching(/^connected: [\w-]+=, as msp$/)]);
    const tooMany = await stage.refusing(() => openClient(wsUrl, { token }));
    expect(tooMany).toMatchObject([{ status: 429, check: 'connections' }]);
  });

  test('keeps out who has no role of ours, and the line names the settings to look at', async () => {
    roles = ['offline_access'];
    const token = await provider.token();
    const lines = await stage.refusing(() => openClient(stage.stack.wsUrl, { token }));
    expect(lines).toMatchObject([
      { status: 403, check: 'role', why: expect.stringMatching(/realm_access\.roles.*tokens\.roleMap/) },
    ]);
  });

  test('leaves the local issuer no say: it gives no tokens, and tells why', async () => {
    const { httpUrl, token } = stage.stack;
    const claims = { user: 'ada', tenant: 'acme', roles: ['msp'] };
    const answer = await fetch(`${httpUrl}/issuer/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(claims),
    });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({ message: expect.stringContaining('--tokens stage') });
    await expect(token(claims)).rejects.toThrow('--tokens stage');
  });
});

describe('a plain set of keys', () => {
  const issuer = 'https://accounts.example.com';
  let key: SigningKey;
  let keys: Awaited<ReturnType<typeof serveAt>>;
  let stage: Stage;
  beforeAll(async () => {
    key = await signingKey('ES256', 'mine');
    keys = await serveAt(async () => (_request, response) => {
      response.end(JSON.stringify({ keys: [key.jwk] }));
    });
    stage = await startStage({ issuer, audience: 'tidings', jwksUrl: `${keys.url}/keys.json` });
  });
  afterAll(async () => {
    await stage.stack.stop();
    keys.close();
  });

  const now = () => Math.floor(Date.now() / 1000);
  const sign = (more: object = {}, header: Record<string, unknown> = {}) =>
    key.sign(
      { iss: issuer, aud: 'tidings', sub: 'ada', tenant: 't', roles: ['msp'], exp: now() + 600, ...more },
      header,
    );

  test('lets in whom it signed for', async () => {
    const client = await openClient(stage.stack.wsUrl, { token: await sign() });
    expect((await client.ask('stats')).type).toBe('ack');
    await client.close();
  });

  test.each<[string, number, () => Promise<Parameters<typeof openClient>[1]>]>([
    ['issuer', 401, async () => ({ token: await sign({ iss: `${issuer}/` }) })],
    ['audience', 401, async () => ({ token: await sign({ aud: 'another' }) })],
    ['algorithm', 401, async () => ({ token: (await sign()).replace(/^[^.]+/, unsigned) })],
    ['expiry', 401, async () => ({ token: await sign({ exp: now() - 60 }) })],
    ['signature', 401, async () => ({ token: `${(await sign()).slice(0, -8)}AAAAAAAA` })],
    ['key', 401, async () => ({ token: await sign({}, { kid: 'another' }) })],
    ['role', 403, async () => ({ token: await sign({ roles: ['guest'] }) })],
    ['tenant', 401, async () => ({ token: await sign({ tenant: 7 }) })],
    ['origin', 403, async () => ({ token: await sign(), headers: { origin: 'https://evil.example' } })],
    ['credential', 401, async () => ({})],
    ['token', 401, async () => ({ query: '?token=eyJhbGciOiJub3Ro.bm9uc2Vuc2U.bm9uc2Vuc2U' })],
    ['ticket', 401, async () => ({ query: `?ticket=${'x'.repeat(43)}` })],
  ])(
    'a handshake that fails at its %s is one line that says so, without the token',
    async (check, status, how) => {
      const options = await how();
      const before = stage.printed.length;
      const lines = await stage.refusing(() => openClient(stage.stack.wsUrl, options));
      expect(lines).toMatchObject([{ level: 'WARN', status, check }]);
      const credential = options?.token ?? options?.query?.replace(/^.*=/, '');
      if (!credential) return;
      for (const part of credential.split('.'))
        expect(stage.printed.slice(before).join()).not.toContain(part);
    },
  );

  test('a handshake at a wrong address is told the right one', async () => {
    const { wsUrl } = stage.stack;
    const before = stage.printed.length;
    await expect(openClient(`${wsUrl}elopment`, { token: await sign() })).rejects.toThrow('403');
    expect(stage.printed.slice(before)).toEqual([
      `a handshake was refused with 403: this stack is at ${wsUrl}`,
    ]);
  });
});

/** A header that asks for no signature. */
const unsigned = Buffer.from('{"alg":"none"}').toString('base64url');
