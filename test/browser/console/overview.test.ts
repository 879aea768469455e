import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalStack, startTestStack } from '../../support/localStack.ts';
import { inChromium, ownChromium } from '../chromium.ts';
import { carla, newTenant, sam } from '../people.ts';
import { ask } from './asking.ts';
import { asDeployed, expectNothingLocal } from './deployed.ts';
import { admin, looks, openConsole } from './openConsole.ts';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

const nothingHappened = {
  ...{ framesIn: 0, framesOut: 0, connects: 0, requests: 0, delivered: 0, gone: 0, behind: 0 },
  ...{ openConnections: 0, openByRole: {}, refusedHandshakes: {}, refusedRequests: {}, deadLetters: 0 },
};
const figure = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

inChromium('the overview', () => {
  const browser = ownChromium();
  const open = (options: Parameters<typeof openConsole>[2]) => openConsole(browser(), stack, options);

  test('it is where one begins, and its figures follow what is done', async () => {
    const tenant = newTenant();
    const { page, expectSound, close } = await open({ person: admin(tenant) });
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    const refusals = figure(page, 'Refusals');
    const before = Number(await refusals.getByRole('strong').textContent());
    const height = await refusals.boundingBox();
    await expect(ask(stack, carla(tenant), 'stats')).rejects.toThrow('forbidden');
    await ask(stack, sam(tenant), 'room.send', { topic: 'room:lobby', payload: { body: 'hello' } });
    await expect.poll(() => refusals.getByRole('strong').textContent()).toBe(String(before + 1));
    await refusals.getByRole('term').filter({ hasText: 'forbidden' }).waitFor();
    expect(await refusals.boundingBox()).toEqual(height);
    await figure(page, 'Open connections').getByRole('term').filter({ hasText: 'admin' }).waitFor();
    await figure(page, 'Open connections')
      .getByRole('img', { name: /Open connections, the last 5 minutes\. admin [1-9]/ })
      .waitFor();
    await page.getByLabel('Of the last').selectOption('hour');
    await refusals.getByRole('img', { name: /Refusals, the last hour/ }).waitFor();
    await page.getByText('The same as a table').click();
    await page.getByRole('region', { name: 'The figures' }).getByText('forbidden').waitFor();
    await expectSound();
    await close();
  });

  test('a chart tells what was at a moment, by pointer and by keys, and the others what was then', async () => {
    const { page, expectSoundInBoth, close } = await open({
      person: admin(newTenant()),
      path: '/getting-in',
    });
    const steps = Array.from({ length: 60 }, (_, number) => ({
      ...nothingHappened,
      at: 1_790_000_000_000 + number * 5_000,
      framesIn: number * 5,
      refusedRequests: { forbidden: number },
    }));
    const json = { stepMs: 5_000, steps, current: steps.at(-1) };
    await page.route('**/_local/metrics*', (route) => route.fulfill({ json }));
    await page.getByRole('link', { name: 'Overview' }).click();
    const frames = figure(page, 'Frames');
    const saysIn = (text: string) =>
      expect.poll(() => frames.getByRole('definition').first().textContent()).toBe(text);
    await saysIn('59');
    const place = await frames.boundingBox();
    const moments = frames.getByRole('slider', { name: 'Frames, moment by moment' });
    const { x, y, width, height } = (await moments.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    await page.mouse.move(x + (width * 20) / 59, y + height / 2);
    await saysIn('20');
    const { at = 0 } = steps[20] ?? {};
    const refusals = figure(page, 'Refusals');
    await refusals.locator(`time[datetime="${new Date(at).toISOString()}"]`).waitFor();
    expect(await refusals.getByRole('definition').first().textContent()).toBe('20');
    expect(await frames.boundingBox()).toEqual(place);
    await expectSoundInBoth();
    await page.mouse.move(0, 0);
    await saysIn('59');
    await moments.focus();
    await page.keyboard.press('Home');
    await saysIn('0');
    await page.keyboard.press('ArrowRight');
    await saysIn('1');
    expect(await moments.getAttribute('aria-valuetext')).toMatch(/^\d\d:\d\d:\d\d: In 1, Out 0$/);
    await page.keyboard.press('Tab');
    await expect.poll(() => refusals.getByRole('time').count()).toBe(1);
    await close();
  });

  test('a stack that is away leaves the figures as they were, and says so without a jump', async () => {
    const { page, expectSound } = await open({ person: admin(newTenant()), path: '/overview' });
    await page.getByText('Live', { exact: true }).waitFor();
    const place = await figure(page, 'Frames').boundingBox();
    await page.route('**/_local/metrics*', (route) =>
      route.fulfill({ status: 503, json: { message: 'away' } }),
    );
    await page.getByText('No answer: as it was, asked again').waitFor();
    expect(await figure(page, 'Frames').boundingBox()).toEqual(place);
    await expectSound();
    await page.unroute('**/_local/metrics*');
    await page.getByText('Live', { exact: true }).waitFor();
    await page.close();
  });

  test('the own tenant is counted by role as people come, for who may, and others are told who may', async () => {
    const tenant = newTenant();
    const { page, close } = await open({ person: admin(tenant), path: '/overview' });
    const card = figure(page, `Your tenant, ${tenant}`);
    await card.getByText('connections').waitFor();
    const other = await open({ person: carla(tenant), path: '/overview' });
    await card
      .getByRole('term')
      .filter({ hasText: /^client$/ })
      .waitFor();
    await other.page.getByText(/It takes the role msp or admin \(stats\)\./).waitFor();
    await other.expectSound();
    await other.close();
    await close();
  });

  test('deployed, the tenant is shown, and it is told where the figures of the stage are', async () => {
    const tenant = newTenant();
    const { page, goTo, expectSound } = await open({ person: admin(tenant), path: '/getting-in' });
    const asked = await asDeployed(stack, { page }, admin(tenant));
    await goTo('/overview');
    await page.getByText(/is in its CloudWatch dashboard/).waitFor();
    await figure(page, `Your tenant, ${tenant}`).getByText('connections').waitFor();
    expect(await page.getByRole('region', { name: 'The stack' }).count()).toBe(0);
    expectNothingLocal(asked);
    await expectSound();
    await page.close();
  });

  test.each(looks)('it is sound in the $theme theme, $width wide', async ({ theme, width }) => {
    const { page, expectSound, close } = await open({
      person: admin(newTenant()),
      path: '/overview',
      theme,
      size: { width, height: 900 },
    });
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByText('users', { exact: true }).waitFor();
    await expectSound();
    await close();
  });
});
