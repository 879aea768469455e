import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalStack, startTestStack } from '../../support/localStack.ts';
import { inChromium, ownChromium } from '../chromium.ts';
import { carla, newTenant, sam } from '../people.ts';
import { ask, cutConnections } from './asking.ts';
import { type OpenOptions, openConsole } from './openConsole.ts';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

const ria = (tenant: string) => ({ ...sam(tenant), user: 'ria' });
const small = { width: 360, height: 760 };

inChromium('what concerns somebody', () => {
  const browser = ownChromium();
  const open = (options: OpenOptions) => openConsole(browser(), stack, options);
  const alert = (page: Page, title: string) =>
    page.getByRole('list', { name: 'Alerts' }).getByRole('listitem').filter({ hasText: title });

  test('an alert that one raises is with the other at once, and acknowledged for both', async () => {
    const tenant = newTenant();
    const first = await open({ person: sam(tenant), path: '/alerts' });
    const second = await open({ person: ria(tenant), path: '/alerts', theme: 'dark', size: small });
    await second.page.getByRole('heading', { name: 'No alert is open' }).waitFor();
    await second.expectSound();
    const { page } = first;
    await page.getByRole('button', { name: 'Raise an alert' }).click();
    await page.getByRole('button', { name: 'Raise', exact: true }).click();
    await page.getByText('Say what it is about.').waitFor();
    await first.expectSound();
    await page.getByLabel('Severity', { exact: true }).last().selectOption('critical');
    await page.getByLabel('Title').fill('The line is down');
    await page.getByLabel('More about it').fill('Since 07:40.');
    await page.getByRole('button', { name: 'Raise', exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await alert(second.page, 'The line is down').getByText('critical').waitFor();
    await second.page.getByText('1 open').waitFor();
    await second.expectSound();
    await second.page.getByRole('button', { name: 'Acknowledge The line is down' }).click();
    await alert(page, 'The line is down').waitFor({ state: 'detached' });
    await page.getByLabel('Acknowledged ones too').check();
    await alert(page, 'The line is down').getByText('seen by ria').waitFor();
    await first.expectSound();
    await first.close();
    await second.close();
  });

  test('a dialog says what it waits for while the connection is lost, and can be given up', async () => {
    const { page, expectSound, close } = await open({ person: sam(newTenant()), path: '/alerts' });
    await page.getByRole('heading', { name: 'No alert is open' }).waitFor();
    const letConnect = await cutConnections(stack);
    await page.getByText('The connection is lost.').waitFor();
    await page.getByRole('button', { name: 'Raise an alert' }).click();
    const dialog = page.getByRole('dialog', { name: 'Raise an alert' });
    await dialog.getByLabel('Title').fill('The line is down');
    await dialog.getByRole('button', { name: 'Raise', exact: true }).click();
    await dialog.getByText('Waiting for the connection…').waitFor();
    await expectSound();
    await dialog.getByRole('button', { name: 'Give up' }).click();
    await dialog.getByText('You gave it up.').waitFor();
    await dialog.getByText('Waiting for the connection…').waitFor({ state: 'hidden' });
    expect(await dialog.getByLabel('Title').inputValue()).toBe('The line is down');
    await letConnect();
    await dialog.getByRole('button', { name: 'Raise', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    await alert(page, 'The line is down').waitFor();
    expect(await alert(page, 'The line is down').count()).toBe(1);
    await close(/WebSocket/);
  });

  test('alerts from before are there with who has seen them, on whichever feed they came', async () => {
    const tenant = newTenant();
    const raise = (to: object, title: string) =>
      ask(stack, sam(tenant), 'alert.raise', { payload: { to, severity: 'warning', title } });
    await raise({ tenant: true }, 'for all');
    await raise({ clientId: 'acme' }, 'for acme');
    await raise({ userId: 'ria' }, 'for ria');
    const { alertId } = await raise({ msp: true }, 'for the staff');
    await ask(stack, sam(tenant), 'alert.acknowledge', { payload: { alertId } });
    const staff = await open({ person: ria(tenant), path: '/alerts' });
    for (const title of ['for all', 'for acme', 'for ria']) await alert(staff.page, title).waitFor();
    expect(await alert(staff.page, 'for the staff').count()).toBe(0);
    await staff.page.getByLabel('Acknowledged ones too').check();
    await alert(staff.page, 'for the staff').getByText('seen by sam').waitFor();
    await staff.page.getByLabel('Severity').selectOption('critical');
    await staff.page.getByRole('heading', { name: 'None is like that' }).waitFor();
    await staff.close();

    const user = await open({ person: carla(tenant), path: '/alerts' });
    await alert(user.page, 'for acme').waitFor();
    // Those to her she may acknowledge: it is not read only.
    await user.page.getByText('It takes the role msp or service to raise one.').waitFor();
    expect(await user.page.getByRole('button', { name: 'Raise an alert' }).isDisabled()).toBe(true);
    expect(await user.page.getByRole('button', { name: 'Acknowledge for all' }).isDisabled()).toBe(true);
    expect(await alert(user.page, 'for ria').count()).toBe(0);
    await user.page.getByRole('button', { name: 'Acknowledge for acme' }).click();
    await alert(user.page, 'for acme').waitFor({ state: 'detached' });
    await user.expectSound();
    await user.close();
  });

  test('a notification raises the badge, and is read on all devices', async () => {
    const tenant = newTenant();
    const first = await open({ person: ria(tenant), path: '/notifications' });
    const second = await open({ person: ria(tenant), path: '/alerts' });
    const other = await open({ person: sam(tenant), path: '/notifications' });
    await first.page.getByRole('heading', { name: 'Nothing for you yet' }).waitFor();
    await first.expectSound();
    const { page } = other;
    await page.getByRole('button', { name: 'Send one' }).click();
    await page.getByLabel('For').fill('ria');
    await page.getByLabel('Title').fill('An invoice is ready');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    const unread = first.page.getByRole('main').getByRole('status');
    await unread.getByText('1 unread').waitFor();
    await second.page.getByRole('link', { name: 'Notifications 1 unread' }).waitFor();
    await first.expectSound();
    await first.page.getByRole('button', { name: 'Mark read: An invoice is ready' }).click();
    await second.page.getByRole('link', { name: 'Notifications', exact: true }).waitFor();

    await unread.getByText('0 unread').waitFor();
    for (const one of [first, second, other]) await one.close();
  });

  test('a long list has pages and can be read at once', async () => {
    const tenant = newTenant();
    // One after the other, for on a busy machine ten at once may have the database too busy. Each of ten has its own rate.
    for (let at = 0; at < 60; at++) {
      await ask(stack, { ...sam(tenant), user: `sam-${at % 10}` }, 'notification.send', {
        payload: { userId: 'ria', kind: at % 2 ? 'odd' : 'even', title: `number ${at}` },
      });
    }
    const { page, expectSound, close } = await open({
      person: ria(tenant),
      path: '/notifications',
      theme: 'dark',
      size: small,
    });
    const items = page.getByRole('list', { name: 'Notifications' }).getByRole('listitem');
    await expect.poll(() => items.count()).toBe(50);
    await page.getByRole('button', { name: 'Older ones' }).click();
    await expect.poll(() => items.count()).toBe(60);
    await page.getByLabel('Kind').fill('odd');
    await expect.poll(() => items.count()).toBe(30);
    await page.getByRole('button', { name: 'Mark all read' }).click();
    await page.getByRole('main').getByRole('status').getByText('0 unread').waitFor();
    await expectSound();
    await close();
  });

  test('a page is not among those of whom it has nothing for', async () => {
    const { page, close } = await open({
      person: { user: 'ada', tenant: newTenant(), roles: ['admin'] },
      path: '/alerts',
    });
    const pages = page.getByRole('navigation', { name: 'Pages' });
    await pages.getByRole('link', { name: 'Channel' }).waitFor();
    expect(await pages.getByRole('link', { name: 'Queue' }).count()).toBe(0);
    expect(await pages.getByRole('link', { name: 'Engagement' }).count()).toBe(0);
    await pages.getByRole('link', { name: 'Rooms' }).waitFor();
    await close();
  });
});

inChromium('the queue of a day', () => {
  const browser = ownChromium();
  const open = (options: OpenOptions) => openConsole(browser(), stack, options);
  const date = new Date(Date.now() + 24 * 3_600_000).toISOString().slice(0, 10);

  test('what one books, checks in and cancels, the other sees on the board', async () => {
    const tenant = newTenant();
    const first = await open({ person: sam(tenant), path: `/queue/${date}` });
    const second = await open({ person: ria(tenant), path: `/queue/${date}`, theme: 'dark', size: small });
    await second.page.getByRole('heading', { name: 'Nobody comes on this day' }).waitFor();
    await second.expectSound();
    const { page } = first;
    const book = async (patient: string, at: string) => {
      await page.getByRole('button', { name: 'Book a time' }).click();
      await page.getByLabel('Doctor').fill('dr-lee');
      await page.getByLabel('Patient').fill(patient);
      await page.getByRole('textbox', { name: 'Time' }).fill(at);
      await page.getByRole('button', { name: 'Book', exact: true }).click();
    };
    await book('p-17', '09:20');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    const column = second.page.getByRole('region', { name: 'dr-lee' });
    const card = (patient: string) => column.getByRole('listitem').filter({ hasText: patient });
    await card('p-17').getByText('booked').waitFor();

    await book('p-23', '09:20');
    await page.getByRole('dialog').getByText('conflict').waitFor();
    await first.expectSound();
    await page.getByRole('textbox', { name: 'Time' }).fill('09:00');
    await page.getByRole('button', { name: 'Book', exact: true }).click();
    await card('p-23').waitFor();
    expect(await column.getByRole('listitem').allTextContents()).toEqual([
      expect.stringContaining('p-23'),
      expect.stringContaining('p-17'),
    ]);

    await page.getByRole('button', { name: 'Check in p-17' }).click();
    await card('p-17').getByText('here, 1.').waitFor();
    await column.getByText('1 of 2 here').waitFor();
    await second.expectSound();
    await first.expectSound();
    await page.getByRole('button', { name: 'Cancel p-23' }).click();
    await card('p-23').waitFor({ state: 'detached' });
    await first.close();
    await second.close();
  });

  test('a client’s user may not see the board, and has what it books, checks in and cancels', async () => {
    const tenant = newTenant();
    const own = await open({ person: carla(tenant), path: '/alerts' });
    const { page, expectSound } = own;
    await page.getByRole('link', { name: 'Queue', exact: true }).click();
    await page.getByText('The whole board is for msp, service.').waitFor();
    await page.getByRole('heading', { name: 'You have booked nothing on this day' }).waitFor();
    expect(await page.getByRole('button', { name: 'Fill with sample data' }).count()).toBe(0);
    await expectSound();
    await own.goTo(`/queue/${date}`);
    await page.getByRole('button', { name: 'Book a time' }).click();
    await page.getByLabel('Doctor').fill('dr-lee');
    await page.getByLabel('Patient').fill('p-carla');
    await page.getByRole('button', { name: 'Book', exact: true }).click();
    const card = page.getByRole('region', { name: 'dr-lee' }).getByRole('listitem');
    await card.getByText('booked').waitFor();
    await page.reload();
    await card.getByRole('button', { name: 'Check in p-carla' }).click();
    await card.getByText('here, 1.').waitFor();
    await expectSound();
    await page.getByRole('button', { name: 'Book a time' }).click();
    await page.getByLabel('Patient').fill('p-late');
    await page.getByRole('textbox', { name: 'Time' }).fill('10:00');
    await page.getByRole('button', { name: 'Book', exact: true }).click();
    await page.getByRole('button', { name: 'Cancel p-late' }).click();
    await expect.poll(() => card.count()).toBe(1);
    await own.close();
  });

  test('a day is chosen by keyboard, and samples fill an empty one', async () => {
    const { page, expectSound, close } = await open({ person: sam(newTenant()), path: `/queue/${date}` });
    const chosen = () => page.getByLabel('Date').inputValue();
    await page.getByRole('button', { name: 'The day after' }).focus();
    await page.keyboard.press('Enter');
    const next = new Date(Date.parse(date) + 24 * 3_600_000).toISOString().slice(0, 10);
    await expect.poll(chosen).toBe(next);
    await page.getByLabel('Date').focus();
    await page.keyboard.press('ArrowUp');
    await expect.poll(chosen).not.toBe(next);
    await page.getByRole('button', { name: 'Today' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Fill with sample data' }).click();
    await page.getByRole('region', { name: 'dr-sanz' }).waitFor();
    await expectSound();
    await close();
  });
});
