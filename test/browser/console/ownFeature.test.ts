import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalStack, startTestStack } from '../../support/localStack.ts';
import { inChromium, ownChromium } from '../chromium.ts';
import { carla, newTenant, sam } from '../people.ts';
import { ask } from './asking.ts';
import { type OpenOptions, openConsole } from './openConsole.ts';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startTestStack({ root: fileURLToPath(new URL('../../support/notesApp', import.meta.url)) });
});
afterAll(() => stack.stop());

inChromium('a feature of a team’s own', () => {
  const browser = ownChromium();
  const open = (options: OpenOptions) => openConsole(browser(), stack, options);

  test('has a page of its own: its actions are forms, its topics live', async () => {
    const tenant = newTenant();
    const first = await open({ person: sam(tenant), path: '/alerts' });
    await first.page.getByRole('link', { name: 'Note', exact: true }).click();
    await first.page.getByRole('heading', { name: 'Note', level: 1 }).waitFor();
    const second = await open({
      person: sam(tenant),
      path: '/own/note',
      theme: 'dark',
      size: { width: 360, height: 760 },
    });
    const { page } = first;
    await page.getByRole('region', { name: 'The state of notes:acme' }).waitFor();
    await page.getByRole('textbox', { name: 'clientId' }).fill('acme');
    await page.getByRole('textbox', { name: /^note/ }).fill('prefers coffee');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const state = second.page.getByRole('region', { name: 'The state of notes:acme' });
    await state.getByText('prefers coffee').waitFor();
    await second.page.getByRole('button', { name: /note\.pinned/ }).waitFor();
    await second.expectSound();
    await first.expectSound();

    await page.getByRole('textbox', { name: /^note/ }).fill('');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await expect
      .poll(() => page.getByRole('textbox', { name: /^note/ }).getAttribute('aria-invalid'))
      .toBe('true');

    await page.getByLabel('Which notes').fill('globex');
    await ask(stack, sam(tenant), 'note.pin', { payload: { clientId: 'globex', note: 'rings at nine' } });
    await page
      .getByRole('region', { name: 'The state of notes:globex' })
      .getByText('rings at nine')
      .waitFor();
    await first.close();
    await second.close();
  });

  test('what one sent is followed, whatever was before', async () => {
    const { page, close } = await open({ person: sam(newTenant()), path: '/own/note' });
    await page.getByRole('region', { name: 'The state of notes:acme' }).waitFor();
    await page.getByRole('textbox', { name: 'clientId' }).fill('client-1');
    await page.getByRole('textbox', { name: /^note/ }).fill('rings at nine');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const state = page.getByRole('region', { name: 'The state of notes:client-1' });
    await state.getByText('rings at nine').waitFor();
    expect(await page.getByLabel('Which notes').inputValue()).toBe('client-1');
    await close();
  });

  test('of a channel in which one is seen nothing is followed before one says so', async () => {
    const tenant = newTenant();
    const { page, expectSound, close } = await open({ person: sam(tenant), path: '/own/channel' });
    const present = async () =>
      (await ask(stack, sam(tenant), 'presence.get', { topic: 'orders:acme' })).users;
    await page.getByText('That makes you present').waitFor();
    expect(await present()).toEqual([]);
    await expectSound();
    await page.getByRole('button', { name: 'Follow', exact: true }).click();
    await page.getByRole('heading', { name: 'Events' }).waitFor();
    await expect.poll(present).toMatchObject([{ userId: 'sam' }]);
    await close();
  });

  test('what the app has not says so at its address', async () => {
    const { page, expectSound, close } = await open({ person: sam(newTenant()), path: '/own/pet' });
    await page.getByText('This app does not have it').waitFor();
    await expectSound();
    await close();
  });

  test('who may not is told who may', async () => {
    const { page, expectSound, close } = await open({ person: carla(newTenant()), path: '/own/note' });
    await page.getByText(/It takes the role msp.* \(note\.pin\)/).waitFor();
    await page.getByText('You may not see notes:acme').waitFor();
    await page.getByText('Who may: msp.').waitFor();
    await expectSound();
    await close();
  });
});
