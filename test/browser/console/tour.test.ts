import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalStack, startTestStack } from '../../support/localStack.ts';
import { inChromium, ownChromium } from '../chromium.ts';
import { openConsole } from './openConsole.ts';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

/** What the README has in bold in its steps in the console: what is clicked, chosen or read there. */
const named = () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const [, steps = ''] = /^### The same in the console\n([\s\S]*?)^##/m.exec(readme) ?? [];
  return [...steps.matchAll(/\*\*(.+?)\*\*/g)].map(([, name = '']) =>
    name.replaceAll('&lt;', '<').replaceAll('&gt;', '>'),
  );
};

inChromium('the README’s tour', () => {
  const browser = ownChromium();

  test('goes in the console as it says, and by the names that it says', async () => {
    const used = new Set<string>();
    const name = (text: string) => {
      used.add(text);
      return text;
    };
    const signIn = async (user: string) => {
      const opened = await openConsole(browser(), stack);
      const people = opened.page.getByRole('list', { name: 'Suggestions' });
      await people.getByRole('button', { name: name(user) }).click();
      await opened.page.getByRole('banner').getByText('Connected').waitFor();
      return opened;
    };
    const goTo = async (page: Page, title: string) => {
      const pages = page.getByRole('navigation', { name: 'Pages' });
      await pages.getByRole('link', { name: new RegExp(`^${name(title)}\\b`) }).click();
      await page.getByRole('heading', { name: title, level: 1 }).waitFor();
    };
    const press = (page: Page, text: string) =>
      page
        .getByRole('button', { name: name(text), exact: true })
        .first()
        .click();
    const answers = (page: Page) => page.getByRole('region', { name: 'Answers' });
    const choose = (page: Page, action: string) =>
      page.getByLabel('Action', { exact: true }).selectOption(name(action));

    const sam = await signIn('sam');
    await goTo(sam.page, 'Engagement');
    const carla = await signIn('carla');
    await goTo(carla.page, 'Publish');
    await choose(carla.page, 'interaction.record');
    await press(carla.page, 'Fill in the example');
    await press(carla.page, 'Send');
    await answers(carla.page).getByText('ack', { exact: true }).waitFor();
    const acme = sam.page.getByRole('region', { name: 'Clients' }).getByRole('link', { name: /^acme/ });
    await acme.waitFor();

    await press(carla.page, 'Send again with the same ref');
    await answers(carla.page).getByText(name('dup'), { exact: true }).first().waitFor();
    await acme.click();
    await sam.page.getByText('login, now 1').waitFor();

    await sam.page.getByLabel(name('New status')).fill('active');
    await sam.page.getByLabel(name('New score')).fill('80');
    await press(sam.page, 'Update');
    await goTo(sam.page, 'Alerts');
    await press(sam.page, 'Raise an alert');
    await sam.page.getByLabel('To', { exact: true }).selectOption(name('The users of a client'));
    await sam.page.getByLabel('Which client').fill('acme');
    await sam.page.getByLabel('Title').fill('Your certificate ends on Friday');
    await press(sam.page, 'Raise');
    await goTo(carla.page, 'Alerts');
    await carla.page.getByText('Your certificate ends on Friday').waitFor();

    await goTo(carla.page, 'Topics');
    await carla.page.getByLabel('Kind', { exact: true }).selectOption(name('client:<id>'));
    await carla.page.getByLabel('Id').fill('acme');
    await press(carla.page, 'Open');
    const events = carla.page.getByRole('region', { name: 'Events, the newest first' });
    await expect
      .poll(() => events.getByRole('button').allTextContents())
      .toEqual([/^3alert/, /^2engagement/, /^1interaction/].map((text) => expect.stringMatching(text)));

    await goTo(carla.page, 'Publish');
    await choose(carla.page, 'engagement.update');
    await carla.page.getByLabel('clientId', { exact: true }).fill('acme');
    await carla.page.getByLabel(/^score/).fill('101');
    await press(carla.page, 'Send');
    await expect.poll(() => carla.page.getByLabel(/^score/).getAttribute('aria-invalid')).toBe('true');
    await carla.page.getByLabel(/^score/).fill('100');
    await press(carla.page, 'Send');
    await answers(carla.page).getByText(name('forbidden'), { exact: true }).waitFor();
    await carla.page.getByText('It takes the role msp or service (engagement.update)').waitFor();

    await goTo(sam.page, 'Wire');
    expect([...used].toSorted()).toEqual([...new Set(named())].toSorted());
    await sam.close();
    await carla.close(/403|400/);
  });
});
