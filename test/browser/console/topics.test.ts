import type { Page, WebSocketRoute } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Person } from '../../../console/src/session/person.ts';
import { type LocalStack, startTestStack } from '../../support/localStack.ts';
import { inChromium, ownChromium } from '../chromium.ts';
import { carla, newTenant, sam } from '../people.ts';
import { ask } from './asking.ts';
import { asDeployed } from './deployed.ts';
import { admin, looks, openConsole } from './openConsole.ts';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

const events = (page: Page) => page.getByRole('region', { name: 'Events, the newest first' });
const follow = (page: Page) => page.getByRole('button', { name: 'Follow', exact: true }).click();
const live = (page: Page) => page.getByText('live', { exact: true }).first().waitFor();

inChromium('topics', () => {
  const browser = ownChromium();
  const open = (options: Parameters<typeof openConsole>[2]) => openConsole(browser(), stack, options);
  const say = (person: Person, body: string) =>
    ask(stack, person, 'room.send', { topic: 'room:lobby', payload: { body } });

  test('whoever looks at a room is not in it, and leaves nothing', async () => {
    const tenant = newTenant();
    const described = () => ask(stack, admin(tenant), 'topic.describe', { payload: { topic: 'room:lobby' } });
    const { page, expectSound, close, goTo } = await open({
      person: admin(tenant),
      path: '/topics/room:lobby',
    });
    await events(page).getByText('shown when you read it again').waitFor();
    await page.getByRole('tab', { name: 'Presence' }).click();
    await page.getByText('Nobody is there').waitFor();
    expect(await described()).toMatchObject({ epoch: null, followers: 0 });
    await say(sam(tenant), 'good morning');
    await page.getByRole('button', { name: 'Read again' }).first().click();
    await events(page)
      .getByRole('button', { name: /room\.message/ })
      .waitFor();
    await expectSound();
    expect(await described()).toMatchObject({ seq: 1, followers: 0 });

    await follow(page);
    await page.getByRole('table').getByText('ada').waitFor();
    expect(await described()).toMatchObject({ followers: 1 });
    await goTo('/topics');
    await page.getByRole('link', { name: 'room:lobby' }).click();
    await live(page);
    await page.getByRole('button', { name: 'Stop following' }).click();
    await page.getByText('read', { exact: true }).waitFor();
    await expect.poll(described).toMatchObject({ followers: 0 });
    await close();
  });

  test('who may not read a log sees a room by following it, and is told what that means', async () => {
    const tenant = newTenant();
    await say(sam(tenant), 'good morning');
    const { page, expectSound, close } = await open({ person: sam(tenant), path: '/topics/room:lobby' });
    await page.getByText('That makes you present: others see you in it.').waitFor();
    expect(await page.getByText('room.message').count()).toBe(0);
    await expectSound();
    await follow(page);
    await page.getByText('"good morning"').waitFor();
    await close();
  });

  test('how many follow a room is told anew when somebody comes', async () => {
    const tenant = newTenant();
    const { page, close } = await open({ person: admin(tenant), path: '/topics/room:lobby' });
    const followers = page.getByRole('definition').nth(3);
    await follow(page);
    await expect.poll(() => followers.textContent()).toBe('1');
    const other = await open({ person: sam(tenant), path: '/rooms/lobby' });
    await expect.poll(() => followers.textContent()).toBe('2');
    await other.close();
    await close();
  });

  test('a head that nothing has come to has no newest event', async () => {
    const tenant = newTenant();
    const { page, close } = await open({ person: admin(tenant), path: '/topics/room:lobby' });
    await follow(page);
    await live(page);
    await page.getByRole('button', { name: 'Read again' }).first().click();
    await expect.poll(() => page.getByRole('definition').nth(2).textContent()).toBe('none yet');
    await expect.poll(() => page.getByRole('definition').first().textContent()).not.toBe('none yet');
    await close();
  });

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

    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByRole('menuitem', { name: 'room.send' }).click();
    await page.getByRole('form', { name: 'room.send' }).waitFor();
    expect(await page.getByLabel('topic').inputValue()).toBe('room:lobby');
    await close();
  });

  test.each([
    ['an admin, who asks for the log', admin, () => Promise.resolve()],
    ['staff, who ask as one who missed it', sam, follow],
  ])('a log has pages: %s', async (_, person, begin) => {
    const tenant = newTenant();
    // Each of several, as nobody may say so much at once.
    for (let number = 1; number <= 120; number++) {
      await say({ ...sam(tenant), user: `sam-${number % 6}` }, `number ${number}`);
    }
    const { page, close } = await open({ person: person(tenant), path: '/topics/room:lobby' });
    await begin(page);
    const rows = events(page).getByRole('button', { name: /room\.message/ });
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
    await follow(page);
    await live(page);
    const rows = events(page).getByRole('button', { name: /room\.message/ });
    await expect.poll(() => rows.count()).toBe(50);
    await events(page).evaluate((list) => {
      (list as unknown as { scrollTop: number }).scrollTop = 400;
    });
    const before = await rows.nth(25).boundingBox();
    await say(sam(tenant), 'one more');
    await expect.poll(() => rows.count()).toBe(51);
    expect((await rows.nth(26).boundingBox())?.y).toBe(before?.y);
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
    // Where it stands is not known, which is not the same as at its beginning.
    await expect.poll(() => page.getByText('not told', { exact: true }).count()).toBe(3);
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

  test('while the connection is lost what is seen stays, and what was missed comes after it', async () => {
    const tenant = newTenant();
    await say(sam(tenant), 'before');
    const { page, expectSound } = await open({ person: admin(tenant), path: '/topics/room:lobby' });
    const sockets: WebSocketRoute[] = [];
    let isCut = false;
    await page.routeWebSocket(/./, (socket) => {
      if (isCut) return void socket.close();
      sockets.push(socket);
      socket.connectToServer();
    });
    await page.reload();
    await follow(page);
    await live(page);
    await page.getByText('"before"').waitFor();
    isCut = true;
    for (const socket of sockets) await socket.close();
    await page.getByText('The connection is lost. What you see is as it was').waitFor();
    await page.getByText('"before"').waitFor();
    await expectSound();
    await say(sam(tenant), 'meanwhile');
    isCut = false;
    await page.getByText('"meanwhile"').waitFor();
    await page.getByText('The connection is lost').waitFor({ state: 'hidden' });
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

  test('all topics of a kind are followed as one, which has no numbers', async () => {
    const tenant = newTenant();
    const { page, expectSound, close } = await open({ person: admin(tenant), path: '/topics/orders:*' });
    await live(page);
    await ask(stack, sam(tenant), 'channel.publish', {
      topic: 'orders:acme',
      payload: { data: { status: 'shipped' } },
    });
    await events(page)
      .getByRole('button', { name: /channel\.message.*orders:acme/ })
      .waitFor();
    await page.getByText('"shipped"').waitFor();
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
