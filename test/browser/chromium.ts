import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';

export const executablePath = process.env.TIDINGS_CHROMIUM ?? '/usr/bin/chromium';
export const isThere = existsSync(executablePath);

if (!isThere) {
  const sentence = `There is no Chromium at ${executablePath}: apt-get install chromium, or name one in TIDINGS_CHROMIUM.`;
  if (process.env.CI) throw new Error(sentence);
  console.error(`The browser tests are skipped. ${sentence}`);
}

/** Tests that need a browser. */
export const inChromium = describe.skipIf(!isThere);

/** Nothing of the browser's own may use the network. */
export const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser of the file's own, with an empty profile and flags of its own, for as long as its tests run. */
export function ownChromium(flags: () => readonly string[] = () => []): () => BrowserContext {
  let folder: string | undefined;
  let context: BrowserContext | undefined;
  beforeAll(async () => {
    if (!isThere) return;
    folder = await mkdtemp(join(tmpdir(), 'tidings-chromium-'));
    context = await chromium.launchPersistentContext(folder, {
      executablePath,
      headless: true,
      args: [...quiet, ...flags()],
      viewport: { width: 1100, height: 760 },
    });
    context.setDefaultTimeout(60_000);
  });
  afterAll(async () => {
    await context?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });
  return () => {
    if (!context) throw new Error('the browser runs only while tests do');
    return context;
  };
}

const bundles = new Map<string, Promise<string>>();

/** The program of a page of `pages/`, as a browser takes it. */
export function bundle(name: string): Promise<string> {
  const known = bundles.get(name);
  if (known !== undefined) return known;
  const made = build({
    entryPoints: [new URL(`pages/${name}`, import.meta.url).pathname],
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"development"' },
    write: false,
  }).then(({ outputFiles }) => outputFiles[0]?.text ?? '');
  bundles.set(name, made);
  return made;
}

/** Opens a tab on the stack's own origin and runs a program of `pages/` in it. */
export async function openTab(context: BrowserContext, httpUrl: string, program: string): Promise<Page> {
  const page = await context.newPage();
  // A page of the stack that has no program of its own, and that a browser may keep.
  await page.goto(`${httpUrl}/asyncapi.json`);
  await page.addScriptTag({ content: await bundle(program) });
  return page;
}
