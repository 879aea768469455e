import type { Page } from 'playwright-core';

interface Tabbing {
  /** What can be reached by Tab, as it begins, and was not. */
  readonly missed: readonly string[];
  /** What had the focus and did not show it. */
  readonly unseen: readonly string[];
}

/** Goes through a page by Tab alone, from its top until it leaves it. */
export async function tabThrough(page: Page): Promise<Tabbing> {
  const count = (await page.evaluate(`(() => {
    const all = 'a[href], button, input, select, textarea, summary, [tabindex]';
    globalThis.stops = [...document.querySelectorAll(all)].filter(
      (one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({ visibilityProperty: true }) && !one.closest('[inert]'),
    );
    document.activeElement?.blur?.();
    getSelection()?.removeAllRanges();
    globalThis.reached = new Set();
    globalThis.unseen = [];
    return stops.length;
  })()`)) as number;
  // Some take it more than once, as the parts of a date do.
  for (let step = 0; step < count + 8; step++) {
    await page.keyboard.press('Tab');
    await page.evaluate(`(() => {
      const at = document.activeElement;
      reached.add(at);
      const { outlineStyle, outlineWidth } = getComputedStyle(at);
      const isMarked = outlineStyle !== 'none' && parseFloat(outlineWidth) > 0;
      const { width, height } = at.getBoundingClientRect();
      if (at !== document.body && !(isMarked && width > 0 && height > 0)) unseen.push(at.outerHTML.slice(0, 120));
    })()`);
  }
  return (await page.evaluate(`({
    missed: stops.filter((one) => one.isConnected && !reached.has(one)).map((one) => one.outerHTML.slice(0, 120)),
    unseen,
  })`)) as Tabbing;
}
