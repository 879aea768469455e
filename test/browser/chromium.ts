import { existsSync } from 'node:fs';
import { build } from 'esbuild';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { executablePath, type LaunchedBrowser, launchChromium } from './launch.ts';

export const isThere = existsSync(executablePath);

if (!isThere) {
  const sentence = `There is no Chromium at ${executablePath}: apt-get install chromium, or name one in TIDINGS_CHROMIUM.`;
  if (process.env.CI) throw new Error(sentence);
  console.error(`The browser tests are skipped. ${sentence}`);
}

/** Tests that need a browser. */
export const inChromium = describe.skipIf(!isThere);

/** A browser of the file's own, with an empty profile and flags of its own, for as long as its tests run. */
export function ownChromium(flags: () => readonly string[] = () => []): () => BrowserContext {
  let browser: LaunchedBrowser | undefined;
  beforeAll(async () => {
    if (isThere) browser = await launchChromium(flags());
  });
  afterAll(() => browser?.stop());
  return () => {
    if (!browser) throw new Error('the browser runs only while tests do');
    return browser.context;
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
