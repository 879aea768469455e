import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { type OpenOptions, type ShownConsole, showConsole } from './showConsole.ts';

export { admin, type OpenOptions } from './showConsole.ts';

/** Both themes, each where there is room and where there is little. */
export const looks = (['light', 'dark'] as const).flatMap((theme) =>
  [1_280, 360].map((width) => ({ theme, width })),
);

/**
 * What Chromium writes of a handshake that was under way when time was moved: its token is over then (401), or the time of
 * the function that answers it (500, 504). The client tries again.
 */
export const handshakeWhenTimeMoved =
  /WebSocket connection to .* failed: (HTTP Authentication failed|.*response code: 50[04])/;

export interface OpenedConsole extends ShownConsole {
  /** That axe has nothing to say of what is shown, that nothing sticks out sideways, and that all of it can be read. */
  expectSound(): Promise<void>;
  /** The same in either theme, as the system asks for it; it is light then. */
  expectSoundInBoth(): Promise<void>;
  /** That nothing went wrong but what belongs to the test, and closes the page. */
  close(expected?: RegExp): Promise<void>;
}

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
  stack: { readonly httpUrl: string },
  options: OpenOptions = {},
): Promise<OpenedConsole> {
  const shown = await showConsole(context, stack, options);
  const { page, errors } = shown;
  async function expectSound(theme = options.theme ?? 'light') {
    await keepPicture(page, theme);
    // One that was chosen, by an earlier test too, goes before what the system asks for.
    expect(await shownTheme(page)).toBe(theme);
    expect(await violations(page)).toEqual([]);
    expect(await sideways(page)).toEqual([]);
    expect(await tiny(page)).toEqual([]);
  }
  return {
    ...shown,
    expectSound: () => expectSound(),
    async expectSoundInBoth() {
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme });
        await expectSound(colorScheme);
      }
    },
    async close(expected) {
      expect(errors.filter((error) => !expected?.test(error))).toEqual([]);
      // The tests of a file share a browser: a theme that one chooses is not the next one's.
      await page.evaluate('localStorage.clear()');
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

/** By the ground of the page, whichever way it came to that. */
const shownTheme = (page: Page): Promise<string> =>
  page.evaluate(
    `getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/)[0] < 128 ? 'dark' : 'light'`,
  );

/** What makes the page wider than the window. */
const sideways = (page: Page): Promise<readonly string[]> =>
  page.evaluate(`(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width && document.querySelector('main').scrollWidth <= width) return [];
    return [...document.querySelectorAll('main *')].filter((one) => one.getBoundingClientRect().right > width + 1)
      .map((one) => one.outerHTML.slice(0, 120));
  })()`);

/** What is written smaller than anybody reads, also where a drawing is shrunk to where it fits. */
const tiny = (page: Page): Promise<readonly string[]> =>
  page.evaluate(`[...document.querySelectorAll('body *')]
    .filter((one) => [...one.childNodes].some((inner) => inner.nodeType === Node.TEXT_NODE && inner.data.trim() !== ''))
    .filter((one) => one.checkVisibility() && parseFloat(getComputedStyle(one).fontSize) * (one.getScreenCTM?.().a ?? 1) < 10)
    .map((one) => one.outerHTML.slice(0, 120))`);
