import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalStack, startTestStack } from '../../support/localStack.ts';
import { inChromium, ownChromium } from '../chromium.ts';
import { carla, newTenant, sam } from '../people.ts';
import { ask } from './asking.ts';
import { asDeployed } from './deployed.ts';
import { events, follow, live, say } from './onTopic.ts';
import { admin, looks, openConsole } from './openConsole.ts';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

inChromium('topics', () => {
  const browser = ownChromium();
  const open = (options: Parameters<typeof openConsole>[2]) => openConsole(browser(), stack, options);

  test('a room is chosen by kind and id, and what comes is shown as it comes', async () => {
    const tenant = newTenant();
    const { page, expectSound, close } = await open({ person: admin(tenant), path: '/topics' });
    await page.getByLabel('Kind', { exact: true }).selectOption('room:<id>');
    await page.getByLabel('Id').fill('lobby');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByRole('heading', { name: 'room:lobby' }).waitFor();
    await follow(page);
    await live(page);
    await events(page).getByText('No events').waitFor();
    await say(stack, sam(tenant), 'good morning');
    await events(page)
      .getByRole('button', { name: /room\.message/ })
      .waitFor();
    await page.getByText('"good morning"').waitFor();
    await page.getByText('Came here').waitFor();
    await expectSound();

    await page.getByRole('tab', { name: 'Followers' }).click();
    await page.getByRole('table').getByText('ada', { exact: true }).waitFor();
    await page.getByRole('tab', { name: 'Presence' }).click();
    await page.getByText('You follow it while you look').waitFor();
    await page.getByRole('table').getByText('ada', { exact: true }).waitFor();

    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByRole('menuitem', { name: 'room.send' }).click();
    await page.getByRole('form', { name: 'room.send' }).waitFor();
    expect(await page.getByLabel('topic').inputValue()).toBe('room:lobby');
    await close();
  });

  test('who may not follow a topic is told who may', async () => {
    const { page, expectSound, close, goTo } = await open({
      person: carla(newTenant()),
      path: '/topics/queue:2026-03-02',
    });
    await page.getByText('You may not follow this topic. Who may: msp, service.').waitFor();
    // Where it stands is not known, which is not the same as at its beginning.
    await expect.poll(() => page.getByText('not told', { exact: true }).count()).toBe(3);
    await expectSound();
    // Nor is that of one that is not followed.
    await goTo('/topics/room:lobby');
    await page.getByRole('button', { name: 'Follow' }).waitFor();
    await expect.poll(() => page.getByText('not told', { exact: true }).count()).toBe(3);
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

  test('deployed, somebody stands beside one with a token, and one publishes as oneself', async () => {
    const tenant = newTenant();
    const { page, goTo, expectSound } = await open({ person: admin(tenant), path: '/topics' });
    await asDeployed(stack, { page }, admin(tenant));
    await goTo('/topics/room:lobby/beside');
    await page.getByLabel('Token').fill(await stack.token(sam(tenant)));
    await page.getByRole('button', { name: 'Stand beside' }).click();
    await expect.poll(() => page.getByText(/^live, \d+ events?$/).count()).toBe(2);
    await expectSound();
    await goTo('/publish/interaction.record');
    await page.getByRole('form', { name: 'interaction.record' }).waitFor();
    expect(await page.getByLabel('As', { exact: true }).count()).toBe(0);
    await page.getByRole('button', { name: 'Fill in the example' }).click();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText(/^ada, over the socket/).waitFor();
    await page.close();
  });

  test('a contract that cannot be read is asked for again', async () => {
    const { page, expectSound } = await open({ person: admin(newTenant()), path: '/topics' });
    await page.route('**/asyncapi.json', (route) => route.fulfill({ status: 503 }));
    await page.reload();
    await page.getByText('/asyncapi.json was answered 503.').waitFor();
    await expectSound();
    await page.unroute('**/asyncapi.json');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByLabel('Kind', { exact: true }).waitFor();
    await page.close();
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
    await say(stack, sam(tenant), 'hello');
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
    await say(stack, sam(tenant), 'before the other came');
    await page.getByText('live, 1 event').waitFor();
    await page.getByLabel('Beside you').selectOption('Somebody else…');
    const dialog = page.getByRole('dialog', { name: 'Somebody else' });
    await dialog.getByLabel('User').fill('grace');
    await dialog.getByLabel('Tenant').fill(tenant);
    await dialog.getByRole('button', { name: 'Choose' }).click();
    await expect.poll(() => page.getByText(/^live, \d+ events?$/).count()).toBe(2);
    await say(stack, sam(tenant), 'to both');
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

  test.each(looks)('its pages are sound in the $theme theme, $width wide', async ({ theme, width }) => {
    const tenant = newTenant();
    for (const body of ['good morning', 'is anybody here?', 'yes']) await say(stack, sam(tenant), body);
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
    await expectSound();
    await follow(page);
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
