import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalStack, startTestStack } from '../../support/localStack.ts';
import { inChromium, ownChromium } from '../chromium.ts';
import { carla, newTenant, sam } from '../people.ts';
import { ask, cutConnections } from './asking.ts';
import { admin, type OpenOptions, openConsole } from './openConsole.ts';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

const ria = (tenant: string) => ({ ...sam(tenant), user: 'ria' });

inChromium('the board of clients', () => {
  const browser = ownChromium();
  const open = (options: OpenOptions) => openConsole(browser(), stack, options);
  const clientsOf = (page: Page) => page.getByRole('region', { name: 'Clients' });
  const row = (page: Page, name: string | RegExp) => clientsOf(page).getByRole('link', { name });

  test('an empty board is filled with samples, which another of the staff sees come', async () => {
    const tenant = newTenant();
    const first = await open({ person: sam(tenant), path: '/engagement' });
    const second = await open({ person: ria(tenant), path: '/engagement', theme: 'dark' });
    await second.page.getByRole('heading', { name: 'No clients yet' }).waitFor();
    await second.expectSound();
    await first.page.getByRole('button', { name: 'Fill with sample data' }).click();
    await row(second.page, /^acme active/).waitFor();
    await row(second.page, /^wonka active.*68/).waitFor();
    await second.page.getByText('10 clients', { exact: true }).waitFor();
    await second.expectSound();
    await first.close();
    await second.close();
  });

  test('what one does with a client the other sees in its row, its curve and its drawer', async () => {
    const tenant = newTenant();
    await ask(stack, sam(tenant), 'interaction.record', {
      payload: { clientId: 'acme', kind: 'login', by: 3 },
    });
    const first = await open({ person: sam(tenant), path: '/engagement/acme' });
    const second = await open({ person: ria(tenant), path: '/engagement' });
    await row(second.page, /^acme/).waitFor();
    const { page } = first;
    await page.getByText('login × 3, now 3').waitFor();

    await page.getByLabel('New status').fill('at risk');
    await page.getByLabel('New score').fill('34');
    await page.getByRole('button', { name: 'Update', exact: true }).click();
    await row(second.page, /^acme at risk 34 3 4 within/).waitFor();
    await expect.poll(() => page.getByLabel('New score').inputValue()).toBe('');

    await page.getByRole('button', { name: 'Record login' }).click();
    await row(second.page, /^acme at risk 34 4 5 within/).waitFor();
    await page.getByLabel('Kind of interaction').fill('call');
    await page.getByRole('button', { name: 'Record', exact: true }).click();
    await row(second.page, /^acme at risk 34 5/).waitFor();
    await page.getByRole('button', { name: 'Forget login' }).click();
    await row(second.page, /^acme at risk 34 1 /).waitFor();
    await page.getByText('login was forgotten').waitFor();
    await first.expectSound();

    await page.keyboard.press('Escape');
    await page.getByRole('region', { name: 'acme' }).waitFor({ state: 'detached' });
    await first.close();
    await second.close();
  });

  test.each([
    ['staff, who follows each for a moment', sam],
    ['an admin, who reads the log', admin],
    ['a client’s user, who follows it anyway', carla],
  ])('a curve has the last day from the start, and goes on from there: %s', async (_, person) => {
    const tenant = newTenant();
    await ask(stack, sam(tenant), 'interaction.record', {
      payload: { clientId: 'acme', kind: 'login', by: 3 },
    });
    await ask(stack, sam(tenant), 'engagement.update', { payload: { clientId: 'acme', score: 40 } });
    const { page, close } = await open({ person: person(tenant), path: '/engagement' });
    await row(page, /^acme.* 3 4 within 1 d/).waitFor();
    await ask(stack, sam(tenant), 'interaction.record', { payload: { clientId: 'acme', kind: 'login' } });
    await row(page, /^acme.* 4 5 within 1 d/).waitFor();
    await page.reload();
    await row(page, /^acme.* 4 5 within 1 d/).waitFor();
    if (person !== carla) {
      const payload = { topic: 'client:acme' };
      const described = () => ask(stack, admin(tenant), 'topic.describe', { payload });
      await expect.poll(described).toMatchObject({ followers: 0 });
    }
    await close();
  });

  test('what is wrong is said at its field, and nothing typed is lost by a reload', async () => {
    const tenant = newTenant();
    await ask(stack, sam(tenant), 'interaction.record', { payload: { clientId: 'acme', kind: 'login' } });
    const { page, expectSound, close } = await open({ person: sam(tenant), path: '/engagement/acme' });
    await page.getByLabel('New score').fill('140');
    await page.getByLabel('New note').fill('Call back on Friday.');
    await page.getByRole('button', { name: 'Update', exact: true }).click();
    await expect.poll(() => page.getByLabel('New score').getAttribute('aria-invalid')).toBe('true');
    await expectSound();
    await page.reload();
    await page.getByLabel('New note').waitFor();
    expect(await page.getByLabel('New note').inputValue()).toBe('Call back on Friday.');
    expect(await page.getByLabel('New score').inputValue()).toBe('140');
    await close();
  });

  test('it is sorted by a column and filtered, by keyboard alone', async () => {
    const tenant = newTenant();
    for (const [clientId, status, score] of [
      ['acme', 'active', 40],
      ['globex', 'at risk', 90],
      ['hooli', 'active', 70],
    ]) {
      await ask(stack, sam(tenant), 'engagement.update', { payload: { clientId, status, score } });
    }
    const { page, expectSound, close } = await open({ person: sam(tenant), path: '/engagement' });
    const names = async () =>
      (await clientsOf(page).getByRole('link').allTextContents()).map(
        (text) => /^(acme|globex|hooli)/.exec(text)?.[0],
      );
    await expect.poll(names).toEqual(['acme', 'globex', 'hooli']);
    await page.getByRole('button', { name: 'Sort by score' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(names).toEqual(['globex', 'hooli', 'acme']);
    await page.keyboard.press('Enter');
    await expect.poll(names).toEqual(['acme', 'hooli', 'globex']);
    await page.getByLabel('Filter clients').focus();
    await page.keyboard.type('active');
    await expect.poll(names).toEqual(['acme', 'hooli']);
    await page.getByText('2 of 3 clients').waitFor();
    await page.keyboard.type('xx');
    await page.getByRole('heading', { name: 'No client is like that' }).waitFor();
    await expectSound();
    await close();
  });

  test('a client’s user sees the own client alone, and is told which role could change it', async () => {
    const tenant = newTenant();
    for (const clientId of ['acme', 'globex']) {
      await ask(stack, sam(tenant), 'interaction.record', { payload: { clientId, kind: 'login' } });
    }
    const { page, expectSound, close } = await open({
      person: carla(tenant),
      path: '/engagement/acme',
      size: { width: 360, height: 760 },
    });
    await page.getByText('Read only: it takes the role msp or service').waitFor();
    await page.getByRole('heading', { name: 'acme', exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Update', exact: true }).isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: 'Forget login' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Record login' }).click();
    await page.getByText('login, now 2').waitFor();
    await expectSound();
    await page.getByRole('button', { name: 'Close' }).click();
    await row(page, /^acme/).waitFor();
    expect(await row(page, /globex/).count()).toBe(0);
    await expectSound();
    await close();
  });

  test('a page whose content one may not see is no link, and says at its address who may', async () => {
    const person = { user: 'ada', tenant: newTenant(), roles: ['admin'] };
    const { page, expectSound, goTo, close } = await open({ person, path: '/queue' });
    await page.getByText('The whole board is for msp, service.', { exact: true }).waitFor();
    await page.getByText('Read only: it takes the role msp or client or service').waitFor();
    const pages = page.getByRole('navigation', { name: 'Pages' });
    await pages.getByRole('link', { name: 'Alerts' }).waitFor();
    expect(await pages.getByRole('link', { name: 'Queue' }).count()).toBe(0);
    await expectSound();
    await goTo('/engagement/acme');
    await page.getByRole('heading', { name: 'You may not see the client acme' }).waitFor();
    await page.getByText(/client:acme\. Who may: the client's own users, msp\.$/).waitFor();
    await page.getByRole('heading', { name: 'No client of yours' }).waitFor();
    await expectSound();
    await close();
  });

  test('of hundreds of clients only those are drawn that are seen, and the last is reached by a key', async () => {
    const tenant = newTenant();
    const record = (from: number) =>
      ask(stack, { ...sam(tenant), user: `sam-${from}` }, 'engagement.update', {
        payload: { clientId: `client-${String(from).padStart(3, '0')}`, score: from % 100 },
      });
    for (let from = 0; from < 300; from += 10) {
      await Promise.all(Array.from({ length: 10 }, (_, at) => record(from + at)));
    }
    const { page, close } = await open({ person: sam(tenant), path: '/engagement' });
    await page.getByText('300 clients', { exact: true }).waitFor();
    expect(await clientsOf(page).getByRole('link').count()).toBeLessThan(60);
    await clientsOf(page).focus();
    await page.keyboard.press('End');
    await row(page, /^client-299/).waitFor();
    await close();
  });

  test('while the connection is lost it says so, shows what it had, and goes on by itself', async () => {
    const tenant = newTenant();
    await ask(stack, sam(tenant), 'engagement.update', { payload: { clientId: 'acme', score: 40 } });
    const { page, expectSound, close } = await open({ person: sam(tenant), path: '/engagement' });
    await row(page, /^acme/).waitFor();
    const letConnect = await cutConnections(stack);
    await page.getByText('The connection is lost.').waitFor();
    await row(page, /^acme/).waitFor();
    await expectSound();
    await ask(stack, sam(tenant), 'engagement.update', { payload: { clientId: 'acme', score: 77 } });
    await letConnect();
    await row(page, /^acme.*77/).waitFor();
    await page.getByText('The connection is lost.').waitFor({ state: 'detached' });
    await close(/WebSocket/);
  });
});
