import type { BrowserContext, Page } from 'playwright-core';
import type { Person } from '../../../console/src/session/person.ts';

export interface OpenOptions {
  /** Who is signed in. @default nobody */
  readonly person?: Person;
  /** What stands after the hash. @default where one begins */
  readonly path?: string;
  /** @default light */
  readonly theme?: 'light' | 'dark';
  /** @default 1280 by 800 */
  readonly size?: { readonly width: number; readonly height: number };
}

export interface ShownConsole {
  readonly page: Page;
  /** What the page wrote to its console as an error, what it threw, and what its policy refused, so far. */
  readonly errors: readonly string[];
  /** Goes to another page of the console, as its links do. */
  goTo(path: string): Promise<void>;
}

/** Somebody of the staff who may also see what admins do. */
export const admin = (tenant: string): Person => ({ user: 'ada', tenant, roles: ['admin', 'msp'] });

/**
 * Shows the console of a stack in a tab of its own, to somebody who is signed in already. Its files are built, if they
 * are not yet, while the page waits. Knows no test runner, so that programs may look at it too.
 */
export async function showConsole(
  context: BrowserContext,
  { httpUrl }: { readonly httpUrl: string },
  { person, path = '/', theme = 'light', size = { width: 1_280, height: 800 } }: OpenOptions = {},
): Promise<ShownConsole> {
  const page = await context.newPage();
  const errors: string[] = [];
  // A page that has thrown while it was opened will never be what is waited for.
  const broken = new Promise<never>((_, reject) => void page.once('pageerror', reject));
  broken.catch(() => {});
  const shown = () => Promise.race([page.locator('#root h1').first().waitFor(), broken]);
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await page.addInitScript(
    ([key, text]) => {
      const { sessionStorage } = globalThis as unknown as { sessionStorage: Kept };
      if (text !== '' && sessionStorage.getItem(key) === null) sessionStorage.setItem(key, text);
    },
    ['tidings.session', person ? JSON.stringify({ person }) : ''] as const,
  );
  const goTo = async (to: string) => {
    await page.goto(`${httpUrl}/#${to}`);
    await shown();
  };
  await goTo(path);
  return { page, errors, goTo };
}

interface Kept {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}
