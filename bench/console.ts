import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildConsole } from '../console/build.ts';
import { admin, showConsole } from '../test/browser/console/showConsole.ts';
import { launchChromium } from '../test/browser/launch.ts';
import { startStackProcess } from '../test/load/stackProcess.ts';
import { bench } from './measure.ts';

const pages = {
  'where one begins': { path: '/overview', control: 'Of the last' },
  'a form of the contract': { path: '/publish/interaction.record', control: 'clientId' },
} as const;

/** In a browser with an empty cache, of a local stack that has the console built. */
export const consoleStarts = bench({
  name: 'console',
  measures: 'opening the console of a local stack in Chromium with an empty cache, already signed in',
  figures: {
    usable: { unit: 'ms', better: 'less' },
    'first load': { unit: 'gzip, bytes', better: 'less' },
    'all files': { unit: 'gzip, bytes', better: 'less' },
  },
  variants: Object.keys(pages) as (keyof typeof pages)[],
  async measure(variant) {
    const folder = await buildConsole();
    const stack = await startStackProcess({ memory: true });
    try {
      // The functions are loaded, as they are for who has the console open at all; the next browser has nothing of it.
      await open(stack.urls, variant);
      const { usable, files } = await open(stack.urls, variant);
      const all = (await readdir(folder, { recursive: true })).filter((file) => /\.\w+$/.test(file));
      return {
        usable,
        'first load': await compressed(folder, files),
        'all files': await compressed(folder, all),
      };
    } finally {
      await stack.stop();
    }
  },
});

/** From going there to a field that may be typed into, and what of the console's files was loaded for it. */
async function open(urls: { readonly httpUrl: string }, variant: keyof typeof pages) {
  const { path, control } = pages[variant];
  const browser = await launchChromium();
  try {
    const files = new Set(['index.html']);
    browser.context.on('request', (request) => {
      const [, file] = /\/console\/([^?]+)$/.exec(request.url()) ?? [];
      if (file !== undefined) files.add(file);
    });
    // Its time is the browser's own: from the navigation on, as the page that it is of counts.
    const { page } = await showConsole(browser.context, urls, { person: admin('bench'), path });
    await page.getByLabel(control, { exact: true }).and(page.locator(':enabled')).waitFor();
    return { usable: (await page.evaluate('performance.now()')) as number, files: [...files] };
  } finally {
    await browser.stop();
  }
}

async function compressed(folder: string, files: readonly string[]): Promise<number> {
  const bodies = await Promise.all(files.map((file) => readFile(join(folder, file))));
  return bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
}
