import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalStack, startTestStack } from '../../support/localStack.ts';
import { inChromium, ownChromium } from '../chromium.ts';
import { carla, newTenant } from '../people.ts';
import { ask } from './asking.ts';
import { admin, looks, openConsole } from './openConsole.ts';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

const send = (page: Page) => page.getByRole('button', { name: 'Send', exact: true }).click();
const fill = (page: Page) => page.getByRole('button', { name: 'Fill in the example' }).click();
const answers = (page: Page) => page.getByRole('region', { name: 'Answers' });

inChromium('publishing', () => {
  const browser = ownChromium();
  const open = (options: Parameters<typeof openConsole>[2]) => openConsole(browser(), stack, options);

  test('an action is chosen, filled in and sent by keyboard alone', async () => {
    const person = admin(newTenant());
    const { page, close } = await open({ person, path: '/connection' });
    await page.keyboard.press('g');
    await page.keyboard.press('p');
    await page.getByRole('heading', { name: 'Publish', level: 1 }).waitFor();
    const tabTo = async (label: string) => {
      for (let steps = 0; steps < 40; steps++) {
        await page.keyboard.press('Tab');
        const focused = await page.evaluate('document.activeElement?.labels?.[0]?.textContent ?? ""');
        if (focused === label) return;
      }
      throw new Error(`no Tab leads to ${label}`);
    };
    await tabTo('Action');
    await page.keyboard.type('interaction.record');
    await page.getByRole('form', { name: 'interaction.record' }).waitFor();
    await tabTo('clientId');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('corp');
    await tabTo('kind');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('visit');
    await page.keyboard.press('Enter');
    await answers(page).getByText('ack', { exact: true }).waitFor();
    const { totals } = await ask(stack, person, 'engagement.get', { payload: { clientId: 'corp' } });
    expect(totals).toEqual({ visit: 1 });
    await close();
  });

  test('what is wrong is marked at its field and not sent, and one is led there', async () => {
    const { page, expectSound, close } = await open({
      person: admin(newTenant()),
      path: '/publish/alert.raise',
    });
    // An alert to everybody is not to be a slip away.
    await send(page);
    await page.getByText('3 fields need another look.').waitFor();
    await answers(page).getByText('Nothing is sent yet').waitFor();
    await page.getByLabel('severity').selectOption('info');
    await page.getByLabel('Which to').selectOption('clientId');
    await page.getByLabel('clientId', { exact: true }).fill('not an id');
    await page.getByLabel('title').fill('');
    await send(page);
    await page.getByText('2 fields need another look.').waitFor();
    const clientId = page.getByLabel('clientId', { exact: true });
    const focused = () => page.evaluate('document.activeElement?.labels?.[0]?.textContent');
    await expect.poll(focused).toBe('clientId');
    expect(await clientId.getAttribute('aria-invalid')).toBe('true');
    await page.getByText('must match ^[A-Za-z0-9_-]{1,64}$').waitFor();
    await page.getByText('is missing').waitFor();
    await answers(page).getByText('Nothing is sent yet').waitFor();
    await expectSound();
    await clientId.fill('acme');
    await page.getByLabel('title').fill('It is late');
    await send(page);
    await answers(page).getByText('alertId').waitFor();
    await expectSound();
    await close();
  });

  test('what only the server finds is marked at its field too', async () => {
    const { page, expectSound, close } = await open({
      person: admin(newTenant()),
      path: '/publish/message.send',
    });
    const userId = page.getByLabel('userId', { exact: true });
    await userId.fill('x'.repeat(600));
    await page.getByLabel('body', { exact: true }).fill('To nobody');
    await send(page);
    await answers(page).getByText('validation_failed').waitFor();
    expect(await userId.getAttribute('aria-invalid')).toBe('true');
    await page
      .getByRole('alert')
      .getByText(/is empty, too long, or not well-formed/)
      .waitFor();
    await expectSound();
    await close();
  });

  test.each(['socket', 'http'])('a repeat of a ref has no second effect, over %s', async (via) => {
    const person = admin(newTenant());
    const { page, close } = await open({ person, path: '/publish/interaction.record' });
    await page.getByLabel('Over').selectOption(via);
    await fill(page);
    await page.getByLabel('ref').fill(`mine-${via}`);
    const posts: string[] = [];
    page.on(
      'request',
      (request) => request.method() === 'POST' && posts.push(new URL(request.url()).pathname),
    );
    await send(page);
    await answers(page).getByText('ack', { exact: true }).waitFor();
    expect(await page.getByLabel('ref').inputValue()).not.toBe(`mine-${via}`);
    await page.getByRole('button', { name: 'Send again with the same ref' }).click();
    await answers(page).getByText('dup', { exact: true }).first().waitFor();
    await answers(page)
      .getByText(via === 'http' ? /over HTTP/ : /over the socket/)
      .first()
      .waitFor();
    expect(await answers(page).getByText(`mine-${via}`).count()).toBe(2);
    const byHttp = posts.filter((path) => path === '/actions/interaction.record').length;
    expect(byHttp).toBe(via === 'http' ? 2 : 0);
    const { totals } = await ask(stack, person, 'engagement.get', { payload: { clientId: 'acme' } });
    expect(totals).toEqual({ login: 1 });
    await close();
  });

  test('somebody else may ask, and is told which role it takes', async () => {
    const tenant = newTenant();
    const { page, expectSound, close } = await open({ person: admin(tenant), path: '/publish/alert.raise' });
    await page.getByLabel('As', { exact: true }).selectOption('Somebody else…');
    const dialog = page.getByRole('dialog', { name: 'Somebody else' });
    await dialog.getByLabel('User').fill(carla(tenant).user);
    await dialog.getByLabel('Tenant').fill(tenant);
    await dialog.getByLabel('msp').uncheck();
    await dialog.getByLabel('client', { exact: true }).check();
    await dialog.getByRole('button', { name: 'Choose' }).click();
    await page.getByText('It takes the role msp or service (alert.raise). carla has client').waitFor();
    await fill(page);
    await send(page);
    await answers(page).getByText('forbidden', { exact: true }).waitFor();
    await answers(page).getByText('It will not succeed unchanged').waitFor();
    await expectSound();
    const again = answers(page).getByRole('button', { name: 'Send again with the same ref' });
    expect(await again.isEnabled()).toBe(true);
    // What carla sent is not sent again as who is signed in: that would be another request.
    await page.getByLabel('As', { exact: true }).selectOption('');
    await answers(page).getByText('It was carla’s').waitFor();
    expect(await again.isEnabled()).toBe(false);
    await expectSound();
    await close();
  });

  test('what is cleared is all that was filled in, the topic too', async () => {
    const { page, close } = await open({ person: admin(newTenant()), path: '/publish/room.send/room:lobby' });
    await page.getByLabel('body').fill('half a sen');
    expect(await page.getByLabel('topic').inputValue()).toBe('room:lobby');
    await page.getByRole('button', { name: 'Clear' }).click();
    expect(await page.getByLabel('topic').inputValue()).toBe('');
    expect(await page.getByLabel('body').inputValue()).toBe('');
    await fill(page);
    expect(await page.getByLabel('topic').inputValue()).toBe('room:lobby');
    await close();
  });

  test('a form goes to JSON and back with what was typed', async () => {
    const { page, expectSound, close } = await open({
      person: admin(newTenant()),
      path: '/publish/notification.send',
    });
    await page.getByLabel('title').fill('Half a sen');
    await page.getByLabel('data (optional)').fill('{"open": ');
    await page.getByRole('button', { name: 'Edit as JSON' }).click();
    await page.getByRole('button', { name: 'Edit as a form' }).click();
    expect(await page.getByLabel('data (optional)').inputValue()).toBe('{"open": ');
    await page.getByLabel('data (optional)').fill('{"open": 1}');
    await page.getByRole('button', { name: 'Edit as JSON' }).click();
    const text = page.getByLabel('Payload');
    expect(JSON.parse(await text.inputValue())).toMatchObject({ title: 'Half a sen', data: { open: 1 } });
    await text.fill('{"userId": "carla", "kind": "k", "title": 7}');
    await page.getByRole('button', { name: 'Edit as a form' }).click();
    await page.getByText('The form has no fields that could hold this').waitFor();
    await send(page);
    await page.getByText('payload.title: must be a string').waitFor();
    await expectSound();
    await text.fill('{"userId": "carla", "kind": "k", "title": "T", "later": true}');
    await page.getByRole('button', { name: 'Edit as a form' }).click();
    expect(await page.getByLabel('title').inputValue()).toBe('T');
    await page
      .getByRole('group', { name: 'Beside the contract' })
      .getByText(/^later/)
      .waitFor();
    await close();
  });

  test('what was typed is there after a walk through other pages, a reconnect and a reload', async () => {
    const { page, goTo, close } = await open({ person: admin(newTenant()), path: '/publish/room.send' });
    await page.getByLabel('body').fill('not yet sent');
    await goTo('/connection');
    await page.getByRole('button', { name: 'Reconnect' }).click();
    await page.getByRole('status').getByText('Connected').waitFor();
    await goTo('/publish/alert.raise');
    await goTo('/publish/room.send');
    expect(await page.getByLabel('body').inputValue()).toBe('not yet sent');
    await page.reload();
    await expect.poll(() => page.getByLabel('body').inputValue()).toBe('not yet sent');
    await close();
  });

  test('a token that ends is asked for anew over the page, and what was typed stays', async () => {
    const tenant = newTenant();
    const { page, close } = await open({ person: admin(tenant), path: '/publish/interaction.record' });
    await page.getByLabel('kind').fill('typed before');
    const token = (expiresIn: string) => stack.token({ ...admin(tenant), expiresIn });
    // The server takes none that ends within a minute, and so this one is asked for anew as soon as it is used.
    const signedIn = JSON.stringify({ token: await token('59s') });
    await page.evaluate(`sessionStorage.setItem('tidings.session', ${JSON.stringify(signedIn)})`);
    await page.reload();
    const dialog = page.getByRole('dialog', { name: 'Paste a new token' });
    await dialog.waitFor();
    expect(await page.getByLabel('kind').inputValue()).toBe('typed before');
    await dialog.getByLabel('Token').fill(await token('1h'));
    await dialog.getByRole('button', { name: 'Go on' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await page.getByLabel('kind').inputValue()).toBe('typed before');
    await page.getByLabel('clientId').fill('acme');
    await page.getByLabel('kind').fill('typed-after');
    await page.getByRole('status').getByText('Connected').waitFor();
    await send(page);
    await answers(page).getByText('ack', { exact: true }).waitFor();
    await close();
  });

  test('a topic that the action does not take says which there are', async () => {
    const { page, expectSound, close } = await open({
      person: admin(newTenant()),
      path: '/publish/presence.set/pets:rex',
    });
    expect(await page.getByLabel('topic').inputValue()).toBe('pets:rex');
    await send(page);
    await page.getByRole('alert').getByText('must be room:<id> or orders:<id>').waitFor();
    await expectSound();
    await close();
  });

  test('an action that there is not says which there are, and one of the client’s own that it is that', async () => {
    const { page, expectSound, goTo, close } = await open({
      person: admin(newTenant()),
      path: '/publish/pet.feed',
    });
    await page.getByText(/There are .*room\.send/).waitFor();
    await expectSound();
    await goTo('/publish/unsubscribe');
    await page.getByText('unsubscribe is the client’s own').waitFor();
    const offered = await page.getByLabel('Action', { exact: true }).locator('option').allTextContents();
    expect(offered).toContain('subscribe');
    expect(offered.filter((name) => ['hello', 'auth', 'unsubscribe'].includes(name))).toEqual([]);
    await close();
  });

  test.each(looks)(
    'every action has a form that is sound in the $theme theme, $width wide',
    async ({ theme, width }) => {
      const { page, expectSound, goTo, close } = await open({
        person: admin(newTenant()),
        path: '/publish',
        theme,
        size: { width, height: 900 },
      });
      const select = page.getByLabel('Action', { exact: true });
      const names = (await select.locator('option').allTextContents()).filter((name) => name !== '');
      expect(names.length).toBeGreaterThan(20);
      for (const name of names) {
        await goTo(`/publish/${name}`);
        await page.getByRole('form', { name, exact: true }).waitFor();
        await fill(page);
        await expectSound();
      }
      await close();
    },
  );
});
