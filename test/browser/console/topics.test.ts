import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Person } from '../../../console/src/session/person.ts';
import { type LocalStack, startTestStack } from '../../support/localStack.ts';
import { inChromium, ownChromium } from '../chromium.ts';
import { carla, newTenant } from '../people.ts';
import { ask } from './asking.ts';
import { admin, openConsole } from './openConsole.ts';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

const sam = (tenant: string): Person => ({ user: 'sam', tenant, roles: ['msp'] });
const events = (page: Page) => page.getByRole('region', { name: 'Events, the newest first' });
const live = (page: Page) => page.getByText('live', { exact: true }).first().waitFor();

inChromium('topics', () => {
  const browser = ownChromium();
  const open = (options: Parameters<typeof openConsole>[2]) => openConsole(browser(), stack, options);
  const say = (person: Person, body: string) =>
    ask(stack, person, 'room.send', { topic: 'room:lobby', payload: { body } });

  test('a room is chosen by kind and id, and what comes is shown as it comes', async () => {
    const tenant = newTenant();
    const { page, expectSound, close } = await open({ person: admin(tenant), path: '/topics' });
    await page.getByLabel('Kind', { exact: true }).selectOption('room:<id>');
    await page.getByLabel('Id').fill('lobby');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByRole('heading', { name: 'room:lobby' }).waitFor();
    await live(page);
    await events(page).getByText('No events').waitFor();
    await say(sam(tenant), 'good morning');
    await events(page)
      .getByRole('button', { name: /room\.message/ })
      .waitFor();
    await page.getByText('"good morning"').waitFor();
    await page.getByText('Came here').waitFor();
    await expectSound();

    await page.getByRole('tab', { name: 'Followers' }).click();
    await page.getByRole('table').getByText('ada').waitFor();
    await page.getByRole('tab', { name: 'Presence' }).click();
    await page.getByText('You follow it while you look').waitFor();
    await page.getByRole('table').getByText('ada').waitFor();
    await close();
  });

  test.each([
    ['an admin, who asks for the log', admin],
    ['staff, who ask as one who missed it', sam],
  ])('a log has pages: %s', async (_, person) => {
    const tenant = newTenant();
    // Each of several, as nobody may say so much at once.
    for (let number = 1; number <= 120; number++) {
      await say({ ...sam(tenant), user: `sam-${number % 6}` }, `number ${number}`);
    }
    const { page, close } = await open({ person: person(tenant), path: '/topics/room:lobby' });
    const rows = events(page).getByRole('button');
    await expect.poll(() => rows.count()).toBe(50);
    await page.getByRole('button', { name: 'Older' }).click();
    await expect.poll(() => rows.count()).toBe(100);
    await page.getByRole('button', { name: 'Older' }).click();
    await expect.poll(() => rows.count()).toBe(120);
    await page.getByRole('button', { name: 'Older' }).waitFor({ state: 'detached' });
    await rows.last().click();
    await page.getByText('"number 1"').waitFor();
    await close();
  });

  test('what one looks at stays where it is when something comes', async () => {
    const tenant = newTenant();
    for (let number = 1; number <= 50; number++) {
      await say({ ...sam(tenant), user: `sam-${number % 6}` }, `number ${number}`);
    }
    const { page, close } = await open({ person: admin(tenant), path: '/topics/room:lobby' });
    const rows = events(page).getByRole('button');
    await expect.poll(() => rows.count()).toBe(50);
    await events(page).evaluate((list) => {
      (list as unknown as { scrollTop: number }).scrollTop = 400;
    });
    const looked = rows.nth(25);
    const text = await looked.textContent();
    const before = await looked.boundingBox();
    await say(sam(tenant), 'one more');
    await expect.poll(() => rows.count()).toBe(51);
    const same = rows.nth(26);
    expect(await same.textContent()).toBe(text);
    expect((await same.boundingBox())?.y).toBe(before?.y);
    await close();
  });

  test('a snapshot changes while one looks at it', async () => {
    const tenant = newTenant();
    const { page, expectSound, close } = await open({ person: sam(tenant), path: '/topics/client:acme' });
    await page.getByRole('tab', { name: 'Snapshot' }).click();
    const tree = page.getByRole('region', { name: 'Snapshot' });
    await tree.getByText('"acme"').waitFor();
    await ask(stack, sam(tenant), 'interaction.record', {
      payload: { clientId: 'acme', kind: 'login', by: 41 },
    });
    await tree.getByText('login').waitFor();
    await tree.getByText('41').waitFor();
    await expectSound();
    await close();
  });

  test('who may not follow a topic is told who may', async () => {
    const { page, expectSound, close, goTo } = await open({
      person: carla(newTenant()),
      path: '/topics/queue:2026-03-02',
    });
    await page.getByText('You may not follow this topic. Who may: msp, service.').waitFor();
    await expectSound();
    await goTo('/topics');
    await page.getByText('It takes the role admin (topic.list).').waitFor();
    await close();
  });

  test('an admin who may not follow a topic sees what came and when, and not what is in it', async () => {
    const tenant = newTenant();
    await ask(stack, sam(tenant), 'alert.raise', {
      payload: { to: { msp: true }, severity: 'info', title: 'secret' },
    });
    const { page, expectSound, close } = await open({
      person: { user: 'rita', tenant, roles: ['admin'] },
      path: '/topics/msp',
    });
    await page.getByText('As an admin you see what came and when').waitFor();
    await events(page).getByRole('button', { name: /alert/ }).waitFor();
    await page.getByText('It is shown to who may subscribe: msp.').waitFor();
    expect(await page.getByText('secret').count()).toBe(0);
    await expectSound();
    await close();
  });

  test('a topic of no kind, and one that its kind does not have, say which there are', async () => {
    const { page, expectSound, close, goTo } = await open({
      person: admin(newTenant()),
      path: '/topics/pets:rex',
    });
    await page.getByText(/There is no kind of topic "pets"\. There are user:me, .*room:<id>/).waitFor();
    await expectSound();
    await goTo('/topics/queue:tomorrow');
    await page.getByText(/"queue:tomorrow" is no topic of the kind queue: queue:<YYYY-MM-DD>/).waitFor();
    await close();
  });

  test('an admin finds the topics that there are, and another person’s feed among them', async () => {
    const tenant = newTenant();
    await say(sam(tenant), 'hello');
    await ask(stack, sam(tenant), 'message.send', { payload: { userId: 'carla', body: 'for you alone' } });
    const { page, expectSound, close } = await open({ person: admin(tenant), path: '/topics' });
    await page.getByRole('link', { name: 'room:lobby' }).waitFor();
    await page.getByLabel('Kind of topics').selectOption('user');
    await page.getByRole('link', { name: 'user:me of carla' }).click();
    await page.getByRole('heading', { name: 'user:me of carla' }).waitFor();
    await events(page)
      .getByRole('button', { name: /message/ })
      .waitFor();
    expect(await page.getByText('for you alone').count()).toBe(0);
    await expectSound();
    await close();
  });

  test('two people get the same event side by side, and what only one gets is marked', async () => {
    const tenant = newTenant();
    const { page, expectSound, close } = await open({ person: admin(tenant), path: '/topics/room:lobby' });
    await page.getByRole('button', { name: 'Side by side' }).click();
    await page.getByText('live, 0 events').waitFor();
    await say(sam(tenant), 'before the other came');
    await page.getByText('live, 1 event').waitFor();
    await page.getByLabel('Beside you').selectOption('Somebody else…');
    const dialog = page.getByRole('dialog', { name: 'Somebody else' });
    await dialog.getByLabel('User').fill('grace');
    await dialog.getByLabel('Tenant').fill(tenant);
    await dialog.getByRole('button', { name: 'Choose' }).click();
    await expect.poll(() => page.getByText(/^live, \d+ events?$/).count()).toBe(2);
    await say(sam(tenant), 'to both');
    const row = page.getByRole('row', { name: /2 room\.message/ });
    await row.getByText(/\d ms/).waitFor();
    await page
      .getByRole('row', { name: /1 room\.message/ })
      .getByText('not at grace')
      .waitFor();
    await row.getByRole('button', { name: 'room.message' }).click();
    await expect.poll(() => page.getByText('"to both"').count()).toBe(2);
    await expectSound();
    await close();
  });

  const looks = (['light', 'dark'] as const).flatMap((theme) =>
    [1_280, 360].map((width) => ({ theme, width })),
  );
  test.each(looks)('its pages are sound in the $theme theme, $width wide', async ({ theme, width }) => {
    const tenant = newTenant();
    for (const body of ['good morning', 'is anybody here?', 'yes']) await say(sam(tenant), body);
    const { page, expectSound, close, goTo } = await open({
      person: admin(tenant),
      path: '/topics',
      theme,
      size: { width, height: 800 },
    });
    await page.getByRole('link', { name: 'room:lobby' }).waitFor();
    await expectSound();
    await goTo('/topics/room:lobby');
    await events(page).getByRole('button').nth(2).waitFor();
    await live(page);
    await expectSound();
    await goTo('/topics/client:acme');
    await page.getByRole('tab', { name: 'Snapshot' }).click();
    await page.getByRole('region', { name: 'Snapshot' }).getByText('"acme"').waitFor();
    await expectSound();
    await goTo('/topics/room:lobby/beside');
    await page.getByText('Choose somebody to stand beside you').waitFor();
    await expectSound();
    await close();
  });
});
