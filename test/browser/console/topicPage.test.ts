import type { WebSocketRoute } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalStack, startTestStack } from '../../support/localStack.ts';
import { inChromium, ownChromium } from '../chromium.ts';
import { newTenant, sam } from '../people.ts';
import { ask } from './asking.ts';
import { events, follow, live, say } from './onTopic.ts';
import { admin, openConsole } from './openConsole.ts';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

inChromium('one topic', () => {
  const browser = ownChromium();
  const open = (options: Parameters<typeof openConsole>[2]) => openConsole(browser(), stack, options);

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
    await say(stack, sam(tenant), 'good morning');
    await page.getByRole('button', { name: 'Read again' }).first().click();
    await events(page)
      .getByRole('button', { name: /room\.message/ })
      .waitFor();
    await expectSound();
    expect(await described()).toMatchObject({ seq: 1, followers: 0 });

    await follow(page);
    await page.getByRole('table').getByText('ada', { exact: true }).waitFor();
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
    await say(stack, sam(tenant), 'good morning');
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

  test.each([
    ['an admin, who asks for the log', admin, () => Promise.resolve()],
    ['staff, who ask as one who missed it', sam, follow],
  ])('a log has pages: %s', async (_, person, begin) => {
    const tenant = newTenant();
    // Each of several, as nobody may say so much at once.
    for (let number = 1; number <= 120; number++) {
      await say(stack, { ...sam(tenant), user: `sam-${number % 6}` }, `number ${number}`);
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
      await say(stack, { ...sam(tenant), user: `sam-${number % 6}` }, `number ${number}`);
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
    await say(stack, sam(tenant), 'one more');
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
    await tree.getByText('41', { exact: true }).waitFor();
    await expectSound();
    await close();
  });

  test('while the connection is lost what is seen stays, and what was missed comes after it', async () => {
    const tenant = newTenant();
    await say(stack, sam(tenant), 'before');
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
    await say(stack, sam(tenant), 'meanwhile');
    isCut = false;
    await page.getByText('"meanwhile"').waitFor();
    await page.getByText('The connection is lost').waitFor({ state: 'hidden' });
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
});
