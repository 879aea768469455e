import type { BrowserContext, Page } from 'playwright-core';
import { startTestStack } from '../../support/localStack.ts';
import { launchChromium } from '../launch.ts';
import { busyOffice, type Office } from './busyOffice.ts';
import { admin, showConsole } from './showConsole.ts';

/** What a picture is of, and what is there once it may be taken. */
const views: readonly { name: string; path: string; ready(page: Page): Promise<void> }[] = [
  {
    name: 'overview',
    path: '/overview',
    async ready(page) {
      await page.getByText('Live', { exact: true }).waitFor();
      await page.getByText('users', { exact: true }).waitFor();
    },
  },
  {
    name: 'engagement',
    path: '/engagement',
    ready: (page) => page.getByText('10 clients', { exact: true }).waitFor(),
  },
  {
    name: 'wire',
    path: '/wire',
    async ready(page) {
      const frames = page.getByRole('region', { name: 'Frames, the newest last' });
      await frames
        .getByRole('button', { name: /in notification/ })
        .last()
        .click();
      await page.getByRole('complementary', { name: 'The chosen frame' }).waitFor();
    },
  },
];

/** Pictures of the console of a stack that was busy for so long, by the names of their files. */
export async function takePictures(minutes: number): Promise<ReadonlyMap<string, Buffer>> {
  const stack = await startTestStack();
  const browser = await launchChromium();
  try {
    const office = await busyOffice(stack);
    const pages = await Promise.all(
      (['light', 'dark'] as const).map((theme) => openAll(browser.context, stack, office, theme)),
    );
    await office.work(minutes);
    const pictures = new Map<string, Buffer>();
    for (const { view, theme, page } of pages.flat()) {
      await view.ready(page);
      pictures.set(`${view.name}-${theme}.webp`, await pictureOf(page));
    }
    await office.close();
    return pictures;
  } finally {
    await browser.stop();
    await stack.stop();
  }
}

/** As PNG it would be three times as large, in each clone for ever. */
async function pictureOf(page: Page): Promise<Buffer> {
  const devtools = await page.context().newCDPSession(page);
  const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: 85 });
  return Buffer.from(data, 'base64');
}

/** Each view in a tab of its own from the start on: the wire has what came since its page was opened. */
const openAll = (
  context: BrowserContext,
  stack: { readonly httpUrl: string },
  { tenant }: Office,
  theme: 'light' | 'dark',
) =>
  Promise.all(
    views.map(async (view) => {
      const { page } = await showConsole(context, stack, {
        person: admin(tenant),
        path: view.path,
        theme,
        size: { width: 1_120, height: 700 },
      });
      return { view, theme, page };
    }),
  );
