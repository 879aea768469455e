import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
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

export interface OpenedConsole {
  readonly page: Page;
  /** What the page wrote to its console as an error, what it threw, and what its policy refused, so far. */
  readonly errors: readonly string[];
  /** Goes to another page of the console, as its links do. */
  goTo(path: string): Promise<void>;
  /** That axe has nothing to say of what is shown, and that nothing sticks out sideways. */
  expectSound(): Promise<void>;
  /** That nothing went wrong but what belongs to the test, and closes the page. */
  close(expected?: RegExp): Promise<void>;
}

/** Somebody of the staff who may also see what admins do. */
export const admin = (tenant: string): Person => ({ user: 'ada', tenant, roles: ['admin', 'msp'] });

/**
 * Opens the console of a stack in a tab of its own, as somebody who is signed in already. Its files are built, if they
 * are not yet, while the page waits.
 *
 * @example
 * const console = await openConsole(browser(), stack, { person: admin(newTenant()), path: '/topics' });
 * await console.page.getByRole('heading', { name: 'Topics', level: 1 }).waitFor();
 * await console.expectSound();
 * await console.close();
 */
export async function openConsole(
  context: BrowserContext,
  { httpUrl }: { readonly httpUrl: string },
  { person, path = '/', theme = 'light', size = { width: 1_280, height: 800 } }: OpenOptions = {},
): Promise<OpenedConsole> {
  const page = await context.newPage();
  const errors: string[] = [];
  // A page that has thrown while it was opened will never be what is waited for.
  const broken = new Promise<never>((_, reject) => void page.once('pageerror', reject));
  broken.catch(() => {});
  const shown = () => Promise.race([page.locator('main h1').first().waitFor(), broken]);
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
  await page.goto(`${httpUrl}/#${path}`);
  await shown();
  return {
    page,
    errors,
    async goTo(to) {
      await page.goto(`${httpUrl}/#${to}`);
      await shown();
    },
    async expectSound() {
      await keepPicture(page, theme);
      expect(await violations(page)).toEqual([]);
      expect(await sideways(page)).toEqual([]);
    },
    async close(expected) {
      expect(errors.filter((error) => !expected?.test(error))).toEqual([]);
      await page.close();
    },
  };
}

let pictures = 0;

/** For whoever wants to see what is tested: `TIDINGS_SCREENSHOTS` names a folder. */
async function keepPicture(page: Page, theme: string): Promise<void> {
  const folder = process.env.TIDINGS_SCREENSHOTS;
  if (!folder) return;
  const where = new URL(page.url()).hash.replaceAll(/\W+/g, '-');
  await page.screenshot({
    path: join(folder, `${++pictures}${where}-${theme}-${page.viewportSize()?.width}.png`),
  });
}

interface Kept {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

const axe = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds, in words. It is run as the developer's tools are, so that the page's policy does not refuse it. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(`if (!globalThis.axe) { ${await axe} }; void 0`);
  const found = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
    readonly violations: readonly Violation[];
  };
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  );
}

/** What makes the page wider than the window. */
const sideways = (page: Page): Promise<readonly string[]> =>
  page.evaluate(`(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width && document.querySelector('main').scrollWidth <= width) return [];
    return [...document.querySelectorAll('main *')].filter((one) => one.getBoundingClientRect().right > width + 1)
      .map((one) => one.outerHTML.slice(0, 120));
  })()`);
