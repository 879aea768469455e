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
