import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

export const executablePath = process.env.TIDINGS_CHROMIUM ?? '/usr/bin/chromium';

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

export interface LaunchedBrowser {
  readonly context: BrowserContext;
  stop(): Promise<void>;
}

/** A browser with an empty profile, which is gone with it. Knows no test runner, so that programs may have one too. */
export async function launchChromium(flags: readonly string[] = []): Promise<LaunchedBrowser> {
  const folder = await mkdtemp(join(tmpdir(), 'tidings-chromium-'));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath,
    headless: true,
    args: [...quiet, ...flags],
    viewport: { width: 1100, height: 760 },
  });
  context.setDefaultTimeout(60_000);
  return {
    context,
    async stop() {
      await context.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
