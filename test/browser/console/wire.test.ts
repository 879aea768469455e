import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Recording } from '../../../console/src/wire/recording.ts';
import { type LocalStack, startTestStack } from '../../support/localStack.ts';
import { inChromium, ownChromium } from '../chromium.ts';
import { newTenant } from '../people.ts';
import { openRecording, recordingOf } from './manyFrames.ts';
import { admin, openConsole } from './openConsole.ts';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

const list = (page: Page) => page.getByRole('region', { name: 'Frames, the newest last' });
const row = (page: Page, name: RegExp) => list(page).getByRole('button', { name }).first();
const detail = (page: Page) => page.getByRole('complementary', { name: 'The chosen frame' });

inChromium('the wire', () => {
  const browser = ownChromium();
  const open = (options: Parameters<typeof openConsole>[2] = {}) =>
    openConsole(browser(), stack, { person: admin(newTenant()), path: '/wire', ...options });

  test('every frame is shown, and one is looked at, filtered, and sent again', async () => {
    const { page, expectSound, close } = await open();
    await row(page, /hello/).click();
    await detail(page).getByText('"hello"', { exact: true }).waitFor();
    await expectSound();

    await detail(page).getByLabel('Send again').fill('{"action":"stats","ref":"by-hand"}');
    await detail(page).getByRole('button', { name: 'Send' }).click();
    await row(page, /in ack.*by-hand/).waitFor();
    await page.getByLabel('Filter').fill('by-hand');
    await expect.poll(() => list(page).getByRole('button').count()).toBe(2);
    await page.getByLabel('Direction').selectOption('in');
    await expect.poll(() => list(page).getByRole('button').count()).toBe(1);
    await page.getByLabel('Filter').fill('nowhere to be found');
    await page.getByText('No frame has all of these words').waitFor();
    await expectSound();
    await page.getByRole('button', { name: 'Show all' }).click();
    await row(page, /hello/).waitFor();
    await close();
  });

  test('a frame is copied as it went over the wire', async () => {
    const { page, close } = await open();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await row(page, /hello/).click();
    await detail(page).getByRole('button', { name: 'Copy the frame' }).click();
    await detail(page).getByText('Copied').waitFor();
    const copied = JSON.parse((await page.evaluate('navigator.clipboard.readText()')) as string);
    expect(copied).toMatchObject({ action: 'hello', payload: { v: 1 } });
    await close();
  });

  test('a copy that the browser does not allow is said not to be made, and moves nothing', async () => {
    const { page, expectSoundInBoth, close } = await open({ path: '/getting-in' });
    // As it is where the page came over plain HTTP from another machine.
    await page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
    const main = page.getByRole('main');
    const place = await main.getByRole('region', { name: 'A first frame' }).boundingBox();
    await main.getByRole('button', { name: 'Copy: A first frame' }).click();
    await main.getByText('Not copied: the browser refuses').waitFor();
    expect(await main.getByRole('region', { name: 'A first frame' }).boundingBox()).toEqual(place);
    await expectSoundInBoth();
    await close();
  });

  test('a token that goes over the wire is not in what is shown', async () => {
    const { page, close } = await open();
    await row(page, /hello/).click();
    const token = 'aaa.bbb.ccc';
    await detail(page)
      .getByLabel('Send again')
      .fill(JSON.stringify({ action: 'auth', ref: 'renewed', payload: { token } }));
    await detail(page).getByRole('button', { name: 'Send' }).click();
    await row(page, /out auth/).click();
    await detail(page).getByText('"…"', { exact: true }).waitFor();
    await detail(page).getByRole('button', { name: 'Close' }).click();
    expect(await page.getByText(token).count()).toBe(0);
    await close();
  });

  test('arrow keys go from frame to frame, and what is held stays as it is', async () => {
    const { page, close } = await open();
    // There is nothing below `hello` before it is answered.
    await row(page, /in ack/).waitFor();
    await row(page, /hello/).click();
    await page.keyboard.press('ArrowDown');
    await detail(page).getByRole('heading', { name: 'ack' }).waitFor();
    await page.keyboard.press('ArrowUp');
    await detail(page).getByRole('heading', { name: 'hello' }).waitFor();
    await page.getByRole('button', { name: 'Hold' }).click();
    const before = await list(page).getByRole('button').count();
    await detail(page).getByLabel('Send again').fill('{"action":"stats","ref":"held"}');
    await detail(page).getByRole('button', { name: 'Send' }).click();
    await detail(page).getByText('Sent.').waitFor();
    expect(await list(page).getByRole('button').count()).toBe(before);
    await page.getByRole('button', { name: 'Go on' }).click();
    await row(page, /ack.*held/).waitFor();
    await close();
  });

  test('what was saved is opened and played back, and what went out may go out again', async () => {
    const { page, expectSound, close } = await open();
    await row(page, /hello/).click();
    await detail(page).getByLabel('Send again').fill('{"action":"stats","ref":"again"}');
    await detail(page).getByRole('button', { name: 'Send' }).click();
    await row(page, /ack.*again/).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save' }).click(),
    ]);
    const text = await readFile(await download.path(), 'utf8');
    const before = await list(page).getByRole('button').count();
    expect((JSON.parse(text) as Recording).entries).toHaveLength(before);

    await openRecording(page, text);
    await page.getByText(`${before} of ${before}`, { exact: true }).first().waitFor();
    await expectSound();
    await page.getByLabel('Entries played').fill('0');
    await page.getByText('Nothing has come yet').waitFor();
    await page.getByLabel('Speed').selectOption('10');
    await page.getByLabel('Send what went out again').check();
    await page.getByRole('button', { name: 'Play back' }).click();
    await row(page, /ack.*again/).waitFor();
    await page.getByRole('button', { name: 'Back to what comes now' }).click();
    await expect
      .poll(() =>
        list(page)
          .getByRole('button', { name: /in ack.*again/ })
          .count(),
      )
      .toBe(2);
    await close();
  });

  test('what is no recording is refused with a sentence, and what was there stays', async () => {
    const { page, expectSound, close } = await open();
    await row(page, /hello/).waitFor();
    await openRecording(page, '{"format":"else"}');
    await page.getByText('This is no recording: its "format" is not "tidings.wire.1".').waitFor();
    await row(page, /hello/).waitFor();
    await expectSound();
    await close();
  });

  test('of ten thousand frames only those are drawn that are seen', async () => {
    const { page, close } = await open();
    await openRecording(page, JSON.stringify(recordingOf(10_000)));
    await row(page, /room:lobby 10000/).waitFor();
    const drawn = () => list(page).getByRole('button').count();
    expect(await drawn()).toBeLessThan(80);
    for (const part of [0, 0.5, 0.25, 1]) {
      await list(page).evaluate((frame, at) => {
        const scrolled = frame as unknown as { scrollTop: number; scrollHeight: number };
        scrolled.scrollTop = scrolled.scrollHeight * at;
      }, part);
      const first = Math.min(Math.floor(10_000 * part), 9_999) + 1;
      await row(page, new RegExp(`room:lobby ${first}\\b`)).waitFor();
      expect(await drawn()).toBeLessThan(80);
    }
    await close();
  });

  test.each([
    ['light', 1_280],
    ['dark', 1_280],
    ['light', 360],
    ['dark', 360],
  ] as const)('it is sound in the %s theme, %i wide', async (theme, width) => {
    const { page, expectSound, goTo, close } = await open({ theme, size: { width, height: 800 } });
    await row(page, /hello/).click();
    await detail(page).getByText('"hello"', { exact: true }).waitFor();
    await expectSound();
    await goTo('/connection');
    await page.getByRole('img', { name: 'The connection: Connected' }).waitFor();
    await page.getByText('None, of anybody').waitFor();
    await expectSound();
    await close();
  });
});
