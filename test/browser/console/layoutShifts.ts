import type { BrowserContext, Page } from 'playwright-core';

/** Has each page of a browser that is opened from now on write down what moves in it. */
export async function watchShifts(context: BrowserContext): Promise<void> {
  await context.addInitScript(`
    globalThis.layoutShifts = [];
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput, sources } of list.getEntries()) {
        if (hadRecentInput) continue;
        const what = sources.map(({ node }) => (node?.outerHTML ?? node?.textContent ?? '').slice(0, 120));
        globalThis.layoutShifts.push({ value, what });
      }
    }).observe({ type: 'layout-shift', buffered: true });
  `);
}

export interface LayoutShift {
  /** How much of the window moved, and how far: 1 is all of it, by its whole height. */
  readonly value: number;
  /** What moved, as it begins. */
  readonly what: readonly string[];
}

/** What has moved so far, other than by what somebody did in the last half second. */
export async function shiftsOf(page: Page): Promise<readonly LayoutShift[]> {
  // They are told of with the frame in which they are seen.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');
  return (await page.evaluate('globalThis.layoutShifts')) as readonly LayoutShift[];
}
