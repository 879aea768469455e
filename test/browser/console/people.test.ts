import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalStack, startTestStack } from '../../support/localStack.ts';
import { inChromium, ownChromium } from '../chromium.ts';
import { carla, newTenant, sam } from '../people.ts';
import { ask } from './asking.ts';
import { asDeployed, expectNothingLocal } from './deployed.ts';
import { follow, live } from './onTopic.ts';
import { admin, looks, openConsole } from './openConsole.ts';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

inChromium('people', () => {
  const browser = ownChromium();
  const open = (options: Parameters<typeof openConsole>[2]) => openConsole(browser(), stack, options);

  test('one goes from all tenants to a user, its connection and what that follows, and back', async () => {
    const tenant = newTenant();
    const other = await open({ person: sam(tenant), path: '/topics/room:lobby' });
    await follow(other.page);
    await live(other.page);
    const { page, expectSound, close } = await open({ person: admin(tenant), path: '/people' });
    await page.getByRole('link', { name: tenant, exact: true }).click();
    const users = page.getByRole('region', { name: 'Users' }).first();
    await users.getByLabel('User, by a part of the name').fill('SA');
    await expect.poll(() => users.getByRole('row').count()).toBe(2);
    await users.getByRole('link', { name: 'sam' }).click();
    await page.getByRole('heading', { name: 'sam', level: 1 }).waitFor();
    const connections = page.getByRole('region', { name: 'Open connections' }).first();
    await connections.getByRole('link').first().waitFor();
    // It would lead to where one is.
    expect(await connections.getByRole('columnheader', { name: 'User' }).count()).toBe(0);
    await connections.getByRole('link').first().click();
    await page.getByRole('heading', { name: 'Connection', level: 1 }).waitFor();
    const topics = page.getByRole('region', { name: 'Topics that it follows' }).first();
    await topics.getByRole('link', { name: 'room:lobby' }).waitFor();
    await expectSound();
    await topics.getByRole('link', { name: 'room:lobby' }).click();
    await page.getByRole('heading', { name: 'room:lobby', level: 1 }).waitFor();
    await page.goBack();
    const way = page.getByRole('navigation', { name: 'The way back' });
    await way.getByRole('link', { name: 'sam' }).click();
    await page.getByRole('heading', { name: 'sam', level: 1 }).waitFor();
    await way.getByRole('link', { name: tenant }).click();
    await page.getByRole('heading', { name: tenant, level: 1 }).waitFor();
    await other.close();
    await close();
  });

  test('of thousands of people and hundreds of tenants some are drawn, the own tenant first, and anybody is found', async () => {
    const tenant = newTenant();
    const { page, goTo, close } = await open({ person: admin(tenant), path: '/getting-in' });
    const number = (at: number) => String(at).padStart(4, '0');
    const user = (userId: string) => ({ userId, roles: ['msp'], connections: 1 });
    const users = Array.from({ length: 9_700 }, (_, at) => user(`user-${number(at)}`));
    const others = Array.from({ length: 300 }, (_, at) => ({
      tenant: `another-${number(at)}`,
      users: [user('sam')],
    }));
    await page.route('**/_local/tenants', (route) =>
      route.fulfill({ json: { tenants: [...others, { tenant, users }] } }),
    );
    await goTo('/people');
    const rows = page.getByRole('table').getByRole('row');
    await rows.nth(1).getByText(tenant).waitFor();
    expect(await rows.count()).toBe(51);
    await page.getByRole('button', { name: 'More' }).click();
    await expect.poll(() => rows.count()).toBe(101);
    await goTo(`/people/${tenant}`);
    const found = page.getByRole('region', { name: 'Users' }).first().getByRole('row');
    await expect.poll(() => found.count()).toBe(26);
    await page.getByLabel('User, by a part of the name').fill('9699');
    await expect.poll(() => found.count()).toBe(2);
    await found.getByRole('link', { name: 'user-9699' }).waitFor();
    await close();
  });

  test('connections are those of a user, or of a role', async () => {
    const tenant = newTenant();
    const other = await open({ person: carla(tenant), path: '/connection' });
    await other.page.getByRole('status').getByText('Connected').waitFor();
    const { page, close } = await open({ person: admin(tenant), path: `/people/${tenant}` });
    const card = page.getByRole('region', { name: 'Open connections' }).first();
    await expect.poll(() => card.getByRole('row').count()).toBe(3);
    await card.getByLabel('Role').selectOption('client');
    await expect.poll(() => card.getByRole('row').count()).toBe(2);
    await card.getByRole('link', { name: 'carla' }).waitFor();
    await card.getByLabel('Role').selectOption('');
    await card.getByLabel('User, by the whole name').fill('ada');
    await card.getByRole('button', { name: 'Filter' }).click();
    await expect.poll(() => card.getByRole('row').count()).toBe(2);
    await card.getByRole('link', { name: 'ada' }).waitFor();
    await other.close();
    await close();
  });

  test('of another tenant one looks as its admin, or as one of its people, at the same address', async () => {
    const [tenant, stranger] = [newTenant(), newTenant()];
    await ask(stack, sam(stranger), 'message.send', { payload: { userId: 'carla', body: 'hello' } });
    const { page, expectSound, close } = await open({ person: admin(tenant), path: `/people/${stranger}` });
    await page.getByText(`connections are shown to admins of ${stranger} itself`).waitFor();
    await expectSound();
    await page.getByRole('button', { name: `Look as an admin of ${stranger}` }).click();
    const card = page.getByRole('region', { name: 'Open connections' }).first();
    await card.getByRole('link', { name: 'ada' }).waitFor();
    expect(page.url()).toContain(`#/people/${stranger}`);
    await page.getByRole('region', { name: 'Users' }).first().getByRole('link', { name: 'carla' }).click();
    await page.getByText('No open connection').waitFor();
    await page.getByRole('button', { name: 'Look as this person' }).click();
    const dialog = page.getByRole('dialog', { name: 'Look as carla' });
    await dialog.getByLabel('client', { exact: true }).check();
    await expectSound();
    await dialog.getByRole('button', { name: 'Look', exact: true }).click();
    await page.getByRole('button', { name: 'Session of carla' }).waitFor();
    await page
      .getByText('You may not see who is connected. It takes the role admin (connections.list).')
      .waitFor();
    await close();
  });

  test('a connection that is not there says so, and who is no admin is told who may', async () => {
    const tenant = newTenant();
    const path = `/people/${tenant}/sam/none`;
    const { page, expectSound, close } = await open({ person: admin(tenant), path });
    await page.getByText('There is no open connection of this id').waitFor();
    await expectSound();
    await close();
    const other = await open({ person: carla(tenant), path });
    await other.page.getByText('It takes the role admin (connection.describe).').waitFor();
    await other.expectSound();
    await other.close();
  });

  test('deployed, one begins with the own tenant, and nothing is asked of a laptop', async () => {
    const tenant = newTenant();
    const { page, goTo, expectSound } = await open({ person: admin(tenant), path: '/getting-in' });
    const asked = await asDeployed(stack, { page }, admin(tenant));
    await goTo('/people');
    await page.getByRole('heading', { name: tenant, level: 1 }).waitFor();
    const card = page.getByRole('region', { name: 'Open connections' }).first();
    await card.getByRole('link', { name: 'ada' }).waitFor();
    expect(await page.getByRole('region', { name: 'Users' }).count()).toBe(0);
    await expectSound();
    await goTo(`/people/${newTenant()}`);
    await page.getByText(/connections are shown to admins of/).waitFor();
    expect(await page.getByRole('button', { name: /Look as/ }).count()).toBe(0);
    expectNothingLocal(asked);
    await page.close();
  });

  test.each(looks)('its pages are sound in the $theme theme, $width wide', async ({ theme, width }) => {
    const tenant = newTenant();
    const { page, expectSound, close, goTo } = await open({
      person: admin(tenant),
      path: '/people',
      theme,
      size: { width, height: 800 },
    });
    await page.getByRole('link', { name: tenant, exact: true }).waitFor();
    await expectSound();
    await goTo(`/people/${tenant}`);
    const card = page.getByRole('region', { name: 'Open connections' }).first();
    await card.getByRole('link', { name: 'ada' }).waitFor();
    await expectSound();
    await card.getByRole('link', { name: 'ada' }).click();
    await page.getByRole('heading', { name: 'ada', level: 1 }).waitFor();
    await card.getByRole('link').first().waitFor();
    await expectSound();
    await card.getByRole('link').first().click();
    await page.getByRole('heading', { name: 'Topics that it follows' }).waitFor();
    await expectSound();
    await close();
  });
});
