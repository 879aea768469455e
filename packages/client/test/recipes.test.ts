import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transformSync } from 'esbuild';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { GetToken } from '../src/index.ts';
import { recipes } from './recipes.ts';

const codeOf = (heading: string) => recipes.find((recipe) => recipe.heading === heading)?.code ?? '';

/** The service as a program in a folder of its own. `live` runs it until it ends, and gives the refs that it asked with. */
async function service() {
  const folder = await mkdtemp(join(tmpdir(), 'tidings-service-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const here = fileURLToPath(new URL('.', import.meta.url));
  await build({
    stdin: { contents: codeOf('A service in Node'), loader: 'ts', resolveDir: here },
    alias: { ws: join(here, 'crashingServer.ts') },
    outfile: join(folder, 'service.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
  });
  const live = (more: Readonly<Record<string, string>>) => {
    const env = { ...process.env, TIDINGS_TOKEN: 'token', ...more };
    const life = spawnSync(process.execPath, ['service.mjs'], {
      cwd: folder,
      env,
      encoding: 'utf8',
      timeout: 60_000,
    });
    return { refs: life.stdout.trim().split('\n'), complaint: life.stderr };
  };
  return { live, saved: async () => JSON.parse(await readFile(join(folder, 'positions.json'), 'utf8')) };
}

test('a service that crashes between receiving and handling handles the event when it comes back', async () => {
  const { live, saved } = await service();
  expect(live({ HOW: 'crash', AT: '1' }).refs).toEqual(['alert-1']);
  expect(live({ HOW: 'crash', AT: '2', WAS_DOWN: 'yes' }).refs).toEqual(['alert-1', 'alert-2']);
  expect(await saved()).toEqual({ 'client:acme': { epoch: 'epoch-1', seq: 1 } });
  expect(live({ HOW: 'crash', AT: '3', WAS_DOWN: 'yes' }).refs).toEqual(['alert-2', 'alert-3']);
});

test.each([
  ['whose request is refused', 'refuse', /forbidden/],
  ['whose client is closed', 'close', /closed/],
])('a service %s ends, and begins with the same event when it comes back', async (_, how, why) => {
  const { live } = await service();
  const { refs, complaint } = live({ HOW: how, AT: '2' });
  expect(refs).toEqual(['alert-1', 'alert-2']);
  expect(complaint).toMatch(why);
  expect(live({ HOW: 'crash', AT: '2', WAS_DOWN: 'yes' }).refs).toEqual(['alert-2']);
});

/** The module `getToken.ts`, and a `fetch` that answers as it is told. */
async function tokens() {
  const { code } = transformSync(codeOf('Renewing a token'), { loader: 'ts' });
  // A comment of its own makes each a module of its own, with its own cache.
  const fresh = `${code}// ${made++}`;
  const module = (await import(`data:text/javascript,${encodeURIComponent(fresh)}`)) as {
    getToken: GetToken;
    forgetToken(): void;
  };
  const fetch = vi.fn<() => Promise<Response>>();
  vi.stubGlobal('fetch', fetch);
  onTestFinished(() => void vi.unstubAllGlobals());
  const answer = (status: number, body = '') => fetch.mockResolvedValueOnce(new Response(body, { status }));
  return { ...module, fetch, answer };
}
let made = 0;

const tokenFor = (seconds: number) => {
  const exp = Math.floor(Date.now() / 1000) + seconds;
  return `head.${Buffer.from(JSON.stringify({ sub: 'Zoë ~~~???', exp })).toString('base64url')}.signature`;
};

test('a token is fetched once for as long as it is good, and anew when it has to be', async () => {
  const { getToken, forgetToken, answer, fetch } = await tokens();
  const [first, second, third] = [tokenFor(3_600), tokenFor(3_601), tokenFor(3_602)];
  answer(200, first);
  expect(await getToken({ force: false })).toBe(first);
  expect(await getToken({ force: false })).toBe(first);
  expect(fetch).toHaveBeenCalledOnce();
  answer(200, second);
  expect(await getToken({ force: true })).toBe(second);
  expect(await getToken({ force: false })).toBe(second);
  forgetToken();
  answer(200, third);
  expect(await getToken({ force: false })).toBe(third);
});

test('a token that ends soon is not given again', async () => {
  const { getToken, answer } = await tokens();
  answer(200, tokenFor(60));
  await getToken({ force: false });
  const next = tokenFor(3_600);
  answer(200, next);
  expect(await getToken({ force: false })).toBe(next);
});

test('whoever is not signed in gets no token, and an outage is no sign-out', async () => {
  const { getToken, answer } = await tokens();
  answer(200, tokenFor(3_600));
  await getToken({ force: false });
  answer(401, 'sign in first');
  expect(await getToken({ force: true })).toBeUndefined();
  answer(500, 'oops');
  await expect(getToken({ force: false })).rejects.toThrow('no token: 500');
});
