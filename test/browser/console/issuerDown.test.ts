import { afterAll, beforeAll, expect, test } from 'vitest';
import { inChromium, ownChromium } from '../chromium.ts';
import { looks, openConsole } from './openConsole.ts';
import { type SignInStack, signInAs, startSignInStack } from './signInStack.ts';

let at: SignInStack;
beforeAll(async () => {
  at = await startSignInStack();
});
afterAll(() => at.stop());

inChromium('an issuer that is down', () => {
  const browser = ownChromium();

  test('is named, and so is what stays signed in there', async () => {
    // The provider’s own pages ask for a font elsewhere.
    await browser().route('https://fonts.googleapis.com/**', (route) =>
      route.fulfill({ contentType: 'text/css' }),
    );
    const { page, expectSoundInBoth, close } = await openConsole(browser(), at.stack);
    const signIn = page.getByRole('button', { name: 'Sign in', exact: true });
    const connected = page.getByRole('banner').getByText('Connected', { exact: true });
    await signIn.click();
    await signInAs(page, 'ada');
    await connected.waitFor();
    at.closeIssuer();
    // Who is signed in needs it for nothing, until there has to be another token.
    await page.reload();
    await connected.waitFor();
    await page.getByRole('button', { name: 'Session of ada' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    const alert = page.getByRole('alert');
    await alert.getByText(/You are signed out here. At .* you may still be signed in/).waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    await signIn.click();
    await alert.getByText(/^\S+ cannot be reached: it is down/).waitFor();
    await expectSoundInBoth();
    await close(/ERR_CONNECTION_REFUSED/);
  });

  test.each(looks)('is told in the $theme theme, $width wide', async ({ theme, width }) => {
    const size = { width, height: 760 };
    const { page, expectSound, close } = await openConsole(browser(), at.stack, { theme, size });
    at.closeIssuer();
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page
      .getByRole('alert')
      .getByText(/cannot be reached: it is down/)
      .waitFor();
    await page.getByRole('heading', { name: 'Paste a token' }).waitFor();
    await expectSound();
    await close(/ERR_CONNECTION_REFUSED/);
  });
});
