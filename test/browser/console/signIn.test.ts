import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { inChromium, ownChromium } from '../chromium.ts';
import { handshakeWhenTimeMoved, looks, openConsole } from './openConsole.ts';
import { type SignInStack, signInAs, startSignInStack } from './signInStack.ts';

let at: SignInStack;
beforeAll(async () => {
  at = await startSignInStack();
});
afterAll(() => at.stop());

const connected = (page: Page) => page.getByRole('banner').getByText('Connected', { exact: true }).waitFor();
const signIn = (page: Page) => page.getByRole('button', { name: 'Sign in', exact: true });
const asked = (page: Page) => page.getByRole('heading', { name: 'Who is looking?' }).waitFor();
const kept = (page: Page, name: string) => page.evaluate(`sessionStorage.getItem(${JSON.stringify(name)})`);
const hour = 3_600_000;

inChromium('signing in at the issuer of the stage', () => {
  const browser = ownChromium();
  beforeEach(async () => {
    at.reset();
    await browser().clearCookies();
    // The provider’s own pages ask for a font elsewhere.
    await browser().route('https://fonts.googleapis.com/**', (route) =>
      route.fulfill({ contentType: 'text/css' }),
    );
  });
  const open = (options: Parameters<typeof openConsole>[2] = {}) => openConsole(browser(), at.stack, options);
  /** Signs in on a page of the console, as Ada. */
  async function openSignedIn(options: Parameters<typeof openConsole>[2] = {}) {
    const opened = await open(options);
    await signIn(opened.page).click();
    await signInAs(opened.page, 'ada');
    await connected(opened.page);
    return opened;
  }

  test.each(looks)(
    'is offered beside a pasted token, in the $theme theme, $width wide',
    async ({ theme, width }) => {
      const { page, expectSound, close } = await open({ theme, size: { width, height: 760 } });
      await page.getByText(new URL(at.issuer).host).waitFor();
      await page.getByRole('heading', { name: 'Paste a token' }).waitFor();
      await signIn(page).waitFor();
      await expectSound();
      await close();
    },
  );

  test('leads there and back to the page that one was on; the code is in no address', async () => {
    const { page, expectSound, close } = await open({ path: '/connection' });
    const visited: string[] = [];
    page.on('request', (request) => request.isNavigationRequest() && visited.push(request.url()));
    await signIn(page).click();
    await page.waitForURL(`${at.issuer}/**`);
    await signInAs(page, 'ada');
    await page.getByRole('heading', { name: 'Connection', level: 1 }).waitFor();
    await connected(page);
    await page.getByRole('button', { name: 'Session of ada' }).waitFor();
    expect(page.url()).toBe(`${at.stack.httpUrl}/#/connection`);
    const asking = new URL(visited.find((url) => url.startsWith(`${at.issuer}/auth?`)) ?? at.issuer)
      .searchParams;
    expect(Object.fromEntries(asking)).toMatchObject({
      ...{ response_type: 'code', client_id: 'console', scope: 'openid', code_challenge_method: 'S256' },
      redirect_uri: `${at.stack.httpUrl}/`,
    });
    for (const name of ['state', 'nonce', 'code_challenge']) expect(asking.get(name)).toMatch(/^[\w-]{43}$/);
    // What it had to remember is used up, and another answer is good for nothing.
    expect(await kept(page, 'tidings.signIn')).toBeNull();
    await expectSound();
    await close();
  });

  test('a token that ends is replaced without a word, and what was typed is there', async () => {
    const { page, close } = await openSignedIn({ path: '/topics' });
    await page.getByLabel('Id').fill('half of a na');
    const before = String(await kept(page, 'tidings.session'));
    at.given.hours = 4;
    const renewed = page.waitForResponse(
      (answer) => answer.url() === `${at.issuer}/token` && answer.status() === 200,
    );
    await at.stack.clock.advance(2 * hour);
    await renewed;
    await connected(page);
    await expect.poll(() => kept(page, 'tidings.session')).not.toBe(before);
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await page.getByLabel('Id').inputValue()).toBe('half of a na');
    await close(handshakeWhenTimeMoved);
  });

  test('without a refresh token one signs in again in another tab, which hands over what it got and is done', async () => {
    at.given.refreshes = false;
    const { page, expectSound, close } = await openSignedIn({ path: '/topics' });
    await page.getByLabel('Id').fill('half of a na');
    at.given.hours = 4;
    await at.stack.clock.advance(2 * hour);
    const dialog = page.getByRole('dialog', { name: 'Sign in again' });
    const link = dialog.getByRole('link', { name: 'Sign in again' });
    await link.waitFor();
    await expectSound();
    const opening = browser().waitForEvent('page');
    await link.click();
    const other = await opening;
    // It closes itself where the browser lets it, and says that one can.
    await Promise.race([
      other.waitForEvent('close'),
      other.getByRole('heading', { name: 'You are signed in' }).waitFor(),
    ]);
    await dialog.waitFor({ state: 'hidden' });
    await connected(page);
    expect(await page.getByLabel('Id').inputValue()).toBe('half of a na');
    expect(page.url()).toBe(`${at.stack.httpUrl}/#/topics`);
    await other.close();
    await close(handshakeWhenTimeMoved);
  });

  test('a token that was over before the page was loaded is replaced by going there and back', async () => {
    at.given.refreshes = false;
    const { page, close } = await openSignedIn({ path: '/connection' });
    at.given.hours = 4;
    const before = String(await kept(page, 'tidings.session'));
    await page.clock.setFixedTime(at.stack.clock.now() + 2 * hour);
    await page.reload();
    await connected(page);
    expect(page.url()).toBe(`${at.stack.httpUrl}/#/connection`);
    expect(await kept(page, 'tidings.session')).not.toBe(before);
    // Whoever is not signed in there any more is asked nothing on the way, and told here.
    await browser().clearCookies();
    await page.clock.setFixedTime(at.stack.clock.now() + 8 * hour);
    await page.reload();
    await page.getByText(/^Your session at .* is over: sign in again\.$/).waitFor();
    await signIn(page).waitFor();
    await close(handshakeWhenTimeMoved);
  });

  test('whoever does not agree is told so, and may try again', async () => {
    const { page, expectSound, close } = await open({ path: '/connection' });
    await signIn(page).click();
    await page.getByRole('link', { name: 'Cancel' }).click();
    await page
      .getByRole('alert')
      .getByText(/let nobody in: you did not agree.*access_denied/)
      .waitFor();
    await expectSound();
    expect(page.url()).toBe(`${at.stack.httpUrl}/#/connection`);
    await signIn(page).click();
    await signInAs(page, 'ada');
    await connected(page);
    await close();
  });

  test('an answer that nobody here asked for signs nobody in', async () => {
    const { page, expectSound, close } = await open();
    await page.goto(`${at.stack.httpUrl}/?code=of-somebody-else&state=made-up`);
    await page
      .getByRole('alert')
      .getByText(/state is unknown\): nobody was signed in by it/)
      .waitFor();
    await expectSound();
    expect(page.url()).toBe(`${at.stack.httpUrl}/`);
    expect(await kept(page, 'tidings.session')).toBeNull();
    await close();
  });

  test.each([
    ['state', /state is unknown/],
    ['code', /takes this no more: it is over, or was used before.*invalid_grant/],
    ['iss', /The answer of .* is not right: .*iss/],
  ])('an answer whose %s was changed on its way signs nobody in', async (name, words) => {
    const { page, close } = await open();
    at.given.changed = name;
    await signIn(page).click();
    await signInAs(page, 'ada');
    await page.getByRole('alert').getByText(words).waitFor();
    expect(await kept(page, 'tidings.session')).toBeNull();
    await close(/status of 400/);
  });

  test('who has no role of the stage is told which it has, and may sign in as somebody else', async () => {
    at.given.roles = ['accounting'];
    const { page, expectSound, close } = await open({ size: { width: 360, height: 760 } });
    await signIn(page).click();
    await signInAs(page, 'bob');
    await page
      .getByRole('alert')
      .getByText(/signed in as bob, .* holds no role .* Its roles: accounting\./)
      .waitFor();
    await expectSound();
    expect(await kept(page, 'tidings.session')).toBeNull();
    at.given.roles = ['msp'];
    await page.getByRole('button', { name: 'Sign in as somebody else' }).click();
    await signInAs(page, 'ada');
    await connected(page);
    await close(/status of 403/);
  });

  test('whoever signs out is signed out there too, and nothing of it is left here', async () => {
    const { page, close } = await openSignedIn({ path: '/connection' });
    const revoked = page.waitForResponse(`${at.issuer}/token/revocation`);
    await page.getByRole('button', { name: 'Session of ada' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    expect((await revoked).status()).toBe(200);
    await page.getByRole('button', { name: 'Yes, sign me out' }).click();
    await asked(page);
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    await signIn(page).click();
    await page.getByPlaceholder('Enter any login').waitFor();
    await close();
  });
});
