import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalStack, startTestStack } from '../../support/localStack.ts';
import { inChromium, ownChromium } from '../chromium.ts';
import { newTenant } from '../people.ts';
import { admin, handshakeWhenTimeMoved, looks, openConsole } from './openConsole.ts';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

interface Styled {
  getComputedStyle(element: unknown): Readonly<Record<string, string>>;
}

const styleOf = (one: Locator, name: string) =>
  one.evaluate((element, key) => (globalThis as unknown as Styled).getComputedStyle(element)[key], name);

inChromium('the console', () => {
  const browser = ownChromium();
  const open = (options: Parameters<typeof openConsole>[2]) => openConsole(browser(), stack, options);

  test('a person is chosen on a laptop, and the connection opens as this one', async () => {
    const { page, expectSoundInBoth, close } = await open({});
    await page.getByRole('heading', { name: 'Who is looking?' }).waitFor();
    await expectSoundInBoth();
    await page.getByLabel('User').fill('grace');
    await page.getByLabel('Tenant').fill(newTenant());
    await page.getByLabel('admin').check();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('status').getByText('Connected').waitFor();
    await page.getByRole('button', { name: 'Session of grace' }).waitFor();
    await close();
  });

  test('whoever was there before can be chosen again, with the same roles and clients', async () => {
    const carla = { user: 'carla', tenant: newTenant(), roles: ['client'], clients: ['acme', 'globex'] };
    const before = await open({ person: carla, path: '/getting-in' });
    await before.page.getByRole('banner').getByText('Connected').waitFor();
    const { page, expectSound, close } = await open({});
    const known = page.getByRole('list', { name: 'Known to this stack' });
    await known.getByRole('button', { name: carla.tenant }).waitFor();
    await expectSound();
    await known.getByRole('button', { name: carla.tenant }).click();
    await page.getByRole('banner').getByText('Connected').waitFor();
    await page.getByRole('button', { name: 'Session of carla' }).waitFor();
    expect(await page.evaluate("sessionStorage.getItem('tidings.session')")).toBe(
      JSON.stringify({ person: carla }),
    );
    await before.close();
    await close();
  });

  test('of many who are known some are shown, and more when somebody asks', async () => {
    const { page, expectSoundInBoth, close } = await open({});
    const users = Array.from({ length: 120 }, (_, at) => ({ userId: `u${at}`, roles: ['msp'] }));
    await page.route('**/_local/tenants', (route) =>
      route.fulfill({ json: { tenants: [{ tenant: 't', users }] } }),
    );
    await page.reload();
    const known = page.getByRole('list', { name: 'Known to this stack' }).getByRole('button');
    await known.first().waitFor();
    expect(await known.count()).toBe(50);
    await expectSoundInBoth();
    await page.getByRole('button', { name: '70 more' }).click();
    await page.getByRole('button', { name: '20 more' }).click();
    await known.nth(119).click();
    await page.getByRole('button', { name: 'Session of u119' }).waitFor();
    await close();
  });

  test('a form that lacks something says so at the field, and loses nothing', async () => {
    const { page, expectSoundInBoth, close } = await open({});
    await page.getByLabel('Clients').fill('acme');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Give a name.').waitFor();
    expect(await page.getByLabel('User').getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByLabel('Clients').inputValue()).toBe('acme');
    await expectSoundInBoth();
    await close();
  });

  const places = ['/getting-in', '/connection'].flatMap((path) => looks.map((look) => ({ ...look, path })));
  test.each(places)('$path is sound in the $theme theme, $width wide', async ({ theme, path, width }) => {
    const { page, expectSound, close } = await open({
      person: admin(newTenant()),
      path,
      theme,
      size: { width, height: 760 },
    });
    await page.getByRole('status').getByText('Connected').waitFor();
    if (path === '/connection') await page.getByRole('heading', { name: 'Limits' }).waitFor();
    await expectSound();
    await close();
  });

  test('the palette opens by Ctrl+K, finds a page by its name and goes there, without a pointer', async () => {
    const { page, expectSound, close } = await open({ person: admin(newTenant()), path: '/getting-in' });
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Commands' }).waitFor();
    await expectSound();
    await page.keyboard.type('conn');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Connection', level: 1 }).waitFor();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await close();
  });

  test('the palette opens a topic by its name, and offers the own feeds', async () => {
    const { page, close } = await open({ person: admin(newTenant()), path: '/getting-in' });
    await page.getByRole('banner').getByText('Connected').waitFor();
    await page.keyboard.press('Control+k');
    const topics = page.getByRole('group', { name: 'Open a topic' }).getByRole('option');
    await topics.getByText('user:me').waitFor();
    await page.keyboard.type('room:');
    await page.getByText('Nothing has that name.').waitFor();
    await page.keyboard.type('Lobby-2');
    await expect.poll(() => topics.allTextContents()).toEqual(['room:Lobby-2']);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'room:Lobby-2', level: 1 }).waitFor();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await close();
  });

  test('keys go to pages, and one tells what they do', async () => {
    const { page, expectSound, close } = await open({ person: admin(newTenant()), path: '/connection' });
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await page.getByRole('heading', { name: 'Getting in', level: 1 }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await expectSound();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await close();
  });

  test('a theme that was chosen stays after a reload, and so does who is signed in', async () => {
    const { page, close } = await open({ person: admin(newTenant()), path: '/getting-in' });
    await page.getByRole('button', { name: 'Switch to the dark theme' }).click();
    await page.reload();
    await page.getByRole('button', { name: 'Switch to the light theme' }).waitFor();
    expect(await page.evaluate('getComputedStyle(document.documentElement).colorScheme')).toBe('dark');
    await page.getByRole('button', { name: 'Session of ada' }).waitFor();
    await page.getByRole('button', { name: 'Switch to the light theme' }).click();
    await close();
  });

  test('a pasted token signs in, and when it ends another is asked for over what is shown', async () => {
    const ada = { user: 'ada', tenant: newTenant(), roles: ['admin'] };
    const token = await stack.token(ada);
    const { page, expectSoundInBoth, close } = await open({});
    await page.getByRole('tab', { name: 'A token' }).click();
    await page.getByRole('textbox', { name: 'Token' }).fill('hello');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This is no token').waitFor();
    await page.getByRole('textbox', { name: 'Token' }).fill(`Bearer ${token}`);
    await page.getByText(`ada of ${ada.tenant}, as the token says.`).waitFor();
    await expectSoundInBoth();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('status').getByText('Connected').waitFor();
    expect(page.url()).not.toContain(token.slice(0, 20));
    await stack.clock.advance(2 * 3_600_000);
    await page.getByRole('dialog', { name: 'Paste a new token' }).waitFor();
    await expectSoundInBoth();
    const field = page.getByRole('textbox', { name: 'Token' });
    await field.fill(await stack.token({ ...ada, user: 'carla' }));
    await page.getByRole('button', { name: 'Go on' }).click();
    const refusal = page.getByText(`This token is carla’s of ${ada.tenant}, not ada’s`);
    const bad = await styleOf(refusal, 'color');
    expect(bad).toMatch(/^rgb/);
    await field.focus();
    // The ring of the focus says so too.
    expect(await styleOf(field, 'outlineColor')).toBe(bad);
    await expectSoundInBoth();
    await field.fill(await stack.token(ada));
    expect(await styleOf(field, 'outlineColor')).not.toBe(bad);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.getByRole('status').getByText('Connected').waitFor();
    await close(handshakeWhenTimeMoved);
  });

  test('a connection that is closed says so and why, and opens again', async () => {
    const { page, expectSound, close } = await open({ person: admin(newTenant()), path: '/connection' });
    await page.getByRole('heading', { name: 'Limits' }).waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('banner').getByText('Closed').waitFor();
    await expectSound();
    await page.getByRole('button', { name: 'Reconnect' }).click();
    await page.getByRole('banner').getByText('Connected').waitFor();
    await close();
  });

  test('somebody else may look next, and nothing of who looked before is left', async () => {
    const { page, expectSound, close } = await open({ person: admin(newTenant()), path: '/connection' });
    await page.getByRole('button', { name: 'Session of ada' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Reconnect' }).waitFor();
    await expectSound();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Who is looking?' }).waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    await close();
  });

  test('in a small window the pages are behind a button', async () => {
    const size = { width: 360, height: 740 };
    const { page, expectSound, close } = await open({
      person: admin(newTenant()),
      path: '/connection',
      size,
    });
    await page.getByRole('button', { name: 'Pages' }).click();
    await page.getByRole('dialog', { name: 'Pages' }).waitFor();
    await expectSound();
    await page.getByRole('link', { name: 'Getting in' }).click();
    await page.getByRole('heading', { name: 'Getting in', level: 1 }).waitFor();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await close();
  });

  test('while a page waits for what it shows it is sound, in both themes', async () => {
    const { page, expectSoundInBoth, goTo, close } = await open({
      person: admin(newTenant()),
      path: '/getting-in',
    });
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/asyncapi.json', async (route) => {
      await answered;
      await route.continue();
    });
    await page.reload();
    const waiting = page.getByRole('main').getByRole('status', { name: 'Reading the contract' });
    for (const path of ['/topics', '/publish']) {
      await goTo(path);
      await waiting.waitFor();
      await expectSoundInBoth();
    }
    answer();
    await waiting.waitFor({ state: 'hidden' });
    await close();
  });

  test('an address that is no page says so, and leads back', async () => {
    const { page, expectSoundInBoth, close } = await open({ person: admin(newTenant()), path: '/nowhere' });
    await page.getByText('There is nothing at this address').waitFor();
    await expectSoundInBoth();
    await page.getByRole('link', { name: 'Back to the beginning' }).click();
    await page.getByRole('heading', { name: 'No such page' }).waitFor({ state: 'hidden' });
    await close();
  });
});
