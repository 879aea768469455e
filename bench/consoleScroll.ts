import type { CDPSession, Page } from 'playwright-core';
import { buildConsole } from '../console/build.ts';
import { openRecording, recordingOf } from '../test/browser/console/manyFrames.ts';
import { admin, showConsole } from '../test/browser/console/showConsole.ts';
import { launchChromium } from '../test/browser/launch.ts';
import { startStackProcess } from '../test/load/stackProcess.ts';
import { bench } from './measure.ts';
import { percentile } from './results.ts';

const rows = 10_000;
const rowPx = 26;
/** Five rows with each frame of the screen, which is as fast as a wheel turns. */
const stepPx = 5 * rowPx;
const steps = 600;
/** A frame that comes later than this was left out once at least, of the 60 that a second has. */
const longMs = 25;

/** In a browser of its own, which draws without a graphics card, as all of this does. */
export const consoleScroll = bench({
  name: 'scroll',
  measures: `scrolling through ${rows.toLocaleString('en')} frames on the console's page of the wire in Chromium, five rows with each frame of the screen`,
  figures: {
    'long frames': { unit: '%', better: 'less' },
    'main thread': { unit: 'ms a frame', better: 'less' },
    'a frame, p95': { unit: 'ms', better: 'less' },
  },
  variants: ['an empty page as long', 'the wire'],
  async measure(variant) {
    const browser = await launchChromium();
    try {
      if (variant === 'an empty page as long') {
        const page = await browser.context.newPage();
        await page.setContent(
          `<section style="height: 600px; overflow: auto"><div style="height: ${rows * rowPx}px"></div></section>`,
        );
        return await scroll(page, 'section');
      }
      await buildConsole();
      const stack = await startStackProcess({ memory: true });
      try {
        const person = admin('bench');
        const { page } = await showConsole(browser.context, stack.urls, { person, path: '/wire' });
        await openRecording(page, JSON.stringify(recordingOf(rows)));
        await page.getByRole('button', { name: new RegExp(`room:lobby ${rows}\\b`) }).waitFor();
        return await scroll(page, 'section[aria-label="Frames, the newest last"]');
      } finally {
        await stack.stop();
      }
    } finally {
      await browser.stop();
    }
  },
});

/** Scrolls from the beginning on, a step with each frame. */
async function scroll(page: Page, list: string) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  const before = await busySeconds(devtools);
  const times = (await page.evaluate(`new Promise((done) => {
    const list = document.querySelector(${JSON.stringify(list)});
    list.scrollTop = 0;
    const times = [];
    requestAnimationFrame(function next(at) {
      times.push(at);
      list.scrollTop += ${stepPx};
      if (times.length > ${steps}) done(times);
      else requestAnimationFrame(next);
    });
  })`)) as number[];
  const busy = (await busySeconds(devtools)) - before;
  const frames = times.slice(1).map((at, frame) => at - (times[frame] ?? at));
  return {
    'long frames': (frames.filter((ms) => ms > longMs).length / frames.length) * 100,
    'main thread': (busy * 1_000) / frames.length,
    'a frame, p95': percentile(frames, 95),
  };
}

async function busySeconds(devtools: CDPSession): Promise<number> {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
}
