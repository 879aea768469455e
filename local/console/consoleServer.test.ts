import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import type { SignInAt } from '../../lib/settings/consoleSignIn.ts';
import { type LoopbackServer, openLoopbackServer } from '../http/loopbackServer.ts';
import type { FoundPage } from './builtConsole.ts';
import { consoleServer } from './consoleServer.ts';

let server: LoopbackServer | undefined;
afterEach(() => server?.close());

const pathOf = ({ url = '/' }: IncomingMessage) => url.replace(/\?.*/, '');

const page = '<p>console</p><noscript><pre><!-- addresses --></pre></noscript>';
const addresses = {
  stage: 'dev',
  wsUrl: 'ws://127.0.0.1:4510/dev',
  httpUrl: 'http://127.0.0.1:4510',
  managementUrl: 'http://127.0.0.1:4510/dev',
  issuer: 'http://127.0.0.1:4510/issuer',
  tokens: 'local',
  engine: 'memory',
} as const;

/** Opens one whose page is as given, and asks it as a browser does, or with other headers. */
async function serve(
  found: FoundPage,
  { signIn, ...more }: { readonly tokens?: 'stage'; readonly signIn?: SignInAt } = {},
) {
  const built = {
    page: async () => found,
    file: async (path: string) =>
      path === 'assets/a.js' ? { type: 'text/javascript', body: Buffer.from('a') } : undefined,
  };
  const answer = consoleServer({ addresses: { ...addresses, ...more }, built, signIn });
  const opened = await openLoopbackServer({
    async request(asked, response) {
      if (!(await answer(asked, response, pathOf(asked)))) response.writeHead(418).end();
    },
  });
  server = opened;
  return async (path: string, headers: Record<string, string> = { accept: 'text/html' }, method = 'GET') => {
    const asked = request({ host: '127.0.0.1', port: opened.port, path, headers, method, agent: false });
    asked.end();
    const [response] = await once(asked, 'response');
    return { status: response.statusCode, headers: response.headers, body: await text(response) };
  };
}

test('a browser gets the page, with the addresses where there is no JavaScript', async () => {
  const ask = await serve({ state: 'built', page });
  const { headers, body } = await ask('/');
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect(body).toContain('<p>console</p>');
  expect(body).toContain('Tidings is running');
  expect(body).toContain("-d '{&quot;user&quot;:&quot;ada&quot;");
});

test('whoever asks for no page gets the addresses as text', async () => {
  const ask = await serve({ state: 'built', page });
  const { headers, body } = await ask('/', { accept: '*/*' });
  expect(headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(headers.vary).toBe('Accept');
  expect(body).toMatch(/^Tidings is running\n/);
  expect(body).toMatch(/^Issuer +http:\/\/127\.0\.0\.1:4510\/issuer$/m);
});

test('a stack that takes the tokens of its stage promises none of its own', async () => {
  const ask = await serve({ state: 'built', page }, { tokens: 'stage' });
  const { body } = await ask('/', {});
  expect(body).toContain('Tokens are those of the issuer above');
  expect(body).not.toContain('issuer/token');
});

test('no script and no style but its own may run in it, it asks nobody but the stack, and nothing may frame it', async () => {
  const ask = await serve({ state: 'built', page });
  const { headers } = await ask('/', { accept: 'text/html', host: '127.0.0.1:9999' });
  expect(headers['content-security-policy']).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ws://127.0.0.1:9999; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  for (const path of [
    '/console.json',
    '/console/assets/a.js',
    '/console/waiting.js',
    '/console/waiting.css',
  ]) {
    expect((await ask(path)).headers['content-security-policy'], path).toContain("default-src 'none'");
  }
});

test('while it is built the page says so, and loads itself again; a build that fails is shown with its words', async () => {
  const waiting = await (await serve({ state: 'building' }))('/');
  expect(waiting.body).toContain('The console is being built');
  expect(waiting.body).toContain('src="/console/waiting.js"');
  await server?.close();
  const failed = await (await serve({ state: 'failed', why: 'no <such> module' }))('/');
  expect(failed.body).toContain('no &lt;such&gt; module');
  expect(failed.body).not.toContain('waiting.js');
});

test('the page in the console’s place has its looks, in both themes', async () => {
  for (const found of [{ state: 'building' }, { state: 'failed', why: 'no' }] as const) {
    const ask = await serve(found);
    expect((await ask('/')).body).toContain('<link rel="stylesheet" href="/console/waiting.css">');
    const { body, headers } = await ask('/console/waiting.css');
    expect(headers).toMatchObject({ 'content-type': 'text/css', 'cache-control': 'no-store' });
    expect(body).toMatch(/--ground: light-dark\(/);
    expect(body).toContain('background: var(--ground)');
    await server?.close();
  }
});

test('console.json says where the stack is, by the name that it was reached by', async () => {
  const ask = await serve({ state: 'built', page });
  const { body, headers } = await ask('/console.json', { host: 'localhost:8080' });
  expect(headers['cache-control']).toBe('no-store');
  expect(JSON.parse(body)).toEqual({
    mode: 'local',
    ...addresses,
    wsUrl: 'ws://localhost:8080/dev',
    httpUrl: 'http://localhost:8080',
    managementUrl: 'http://localhost:8080/dev',
  });
});

test('where one signs in at the issuer of the stage, console.json says how, and the page may ask it', async () => {
  const oidc = {
    authority: 'http://127.0.0.1:9',
    clientId: 'console',
    scope: 'openid',
    token: 'access',
  } as const;
  const ask = await serve({ state: 'built', page }, { signIn: { oidc, asks: [oidc.authority] } });
  expect(JSON.parse((await ask('/console.json')).body).oidc).toEqual(oidc);
  const { headers } = await ask('/?code=abc&state=d');
  expect(headers['content-security-policy']).toMatch(/connect-src 'self' ws:\S+ http:\/\/127\.0\.0\.1:9;/);
});

test('files are kept by browsers, since their names change with them; what is none is not found', async () => {
  const ask = await serve({ state: 'built', page });
  const file = await ask('/console/assets/a.js');
  expect(file).toMatchObject({ status: 200, body: 'a' });
  expect(file.headers['cache-control']).toContain('immutable');
  expect((await ask('/console/assets/b.js')).status).toBe(404);
  expect((await ask('/', {}, 'HEAD')).body).toBe('');
});

test('other addresses and other methods are not its own', async () => {
  const ask = await serve({ state: 'built', page });
  expect((await ask('/stats')).status).toBe(418);
  expect((await ask('/', {}, 'POST')).status).toBe(418);
});
