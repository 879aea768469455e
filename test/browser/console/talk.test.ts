import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalStack, startTestStack } from '../../support/localStack.ts';
import { inChromium, ownChromium } from '../chromium.ts';
import { newTenant, sam } from '../people.ts';
import { ask } from './asking.ts';
import { type OpenOptions, openConsole } from './openConsole.ts';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

const ria = (tenant: string) => ({ ...sam(tenant), user: 'ria' });
const small = { width: 360, height: 760 };

inChromium('rooms', () => {
  const browser = ownChromium();
  const open = (options: OpenOptions) => openConsole(browser(), stack, options);

  test('two people talk, see each other, and what each shows of itself', async () => {
    const tenant = newTenant();
    const first = await open({ person: sam(tenant), path: '/rooms' });
    await first.page.getByRole('heading', { name: 'You are in no room' }).waitFor();
    await first.expectSound();
    await first.page.getByRole('button', { name: 'Join the lobby' }).click();
    await first.page.getByRole('heading', { name: 'lobby' }).waitFor();
    const second = await open({ person: ria(tenant), path: '/rooms/lobby', theme: 'dark', size: small });
    await first.page.getByRole('button', { name: '2 here' }).waitFor();

    await first.page.getByLabel('Message to lobby').fill('good morning');
    await first.page.keyboard.press('Enter');
    await second.page.getByRole('log').getByText('good morning').waitFor();
    await first.page.getByRole('log').getByText('sam').waitFor();
    await second.page.getByLabel('Message to lobby').fill('and to you');
    await second.page.getByRole('button', { name: 'Send' }).click();
    await first.page.getByRole('log').getByText('and to you').waitFor();
    expect(await first.page.getByLabel('Message to lobby').inputValue()).toBe('');

    await first.page.getByRole('button', { name: '2 here' }).click();
    const people = (of: typeof first) => of.page.getByRole('list', { name: 'Who is here' });
    await people(first).getByText('sam, you').waitFor();
    await first.page.getByRole('textbox', { name: 'What you show of yourself' }).fill('out for lunch');
    await first.page.getByRole('button', { name: 'Show it' }).click();
    await second.page.getByRole('button', { name: '2 here' }).click();
    await people(second).getByText('out for lunch').waitFor();
    await first.expectSound();
    await second.expectSound();
    await second.page.keyboard.press('Escape');
    await second.expectSound();
    await first.close();
    await second.close();
  });

  test('who comes later has what was said, and what comes elsewhere is counted', async () => {
    const tenant = newTenant();
    const say = (room: string, body: string) =>
      ask(stack, sam(tenant), 'room.send', { topic: `room:${room}`, payload: { body } });
    await say('lobby', 'said before');
    const { page, expectSound, close } = await open({ person: ria(tenant), path: '/rooms/lobby' });
    await page.getByRole('log').getByText('said before').waitFor();
    await page.getByLabel('Room to join').fill('a room');
    await page.getByText('Letters, digits').waitFor();
    await page.getByLabel('Room to join').fill('desk');
    await page.keyboard.press('Enter');
    await page.getByText('Nothing was said here').waitFor();
    await say('lobby', 'said meanwhile');
    const rooms = page.getByRole('navigation', { name: 'Rooms' });
    await rooms.getByRole('link', { name: 'lobby 1 new' }).waitFor();
    await expectSound();
    await page.getByLabel('Message to desk').fill('half a sent');
    await page.reload();
    await rooms.getByRole('link', { name: 'lobby' }).waitFor();
    expect(await page.getByLabel('Message to desk').inputValue()).toBe('half a sent');
    await rooms.getByRole('link', { name: 'lobby' }).click();
    await page.getByRole('log').getByText('said meanwhile').waitFor();
    await page.getByRole('button', { name: 'Leave' }).click();
    await rooms.getByRole('link', { name: 'lobby' }).waitFor({ state: 'detached' });
    await close();
  });
});

inChromium('the assistant', () => {
  const browser = ownChromium();
  const open = (options: OpenOptions) => openConsole(browser(), stack, options);

  test('an answer grows while it comes, and another tab of the same person sees it too', async () => {
    const person = sam(newTenant());
    const { page, expectSound, close } = await open({ person, path: '/assistant' });
    await page.getByRole('heading', { name: 'Nothing was asked yet' }).waitFor();
    await expectSound();
    await page.getByLabel('Question').fill('When does it end?');
    await page.keyboard.press('Enter');
    const said = page.getByRole('region', { name: 'What was said' }).getByRole('listitem');
    await said.filter({ hasText: 'This is the' }).waitFor();
    await page.getByRole('button', { name: 'Stop the answer' }).waitFor();
    await expect.poll(() => page.url()).toMatch(/assistant\/./);
    const second = await open({
      person,
      path: new URL(page.url()).hash.slice(1),
      theme: 'dark',
      size: small,
    });
    await said.filter({ hasText: 'Nothing was said before.' }).waitFor();
    await page.getByRole('button', { name: 'Stop the answer' }).waitFor({ state: 'detached' });
    expect(await said.count()).toBe(2);
    await expectSound();
    const other = second.page.getByRole('region', { name: 'What was said' });
    await other.getByText('Nothing was said before.').waitFor();
    await second.expectSound();
    await second.close();
    await close();
  });

  test('an answer is stopped, the conversation goes on, and is found again', async () => {
    const { page, expectSound, close } = await open({ person: sam(newTenant()), path: '/assistant' });
    await page.getByLabel('Question').fill('Tell me everything');
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await page.getByRole('button', { name: 'Stop the answer' }).click();
    await page.getByText('stopped', { exact: true }).waitFor();
    await expectSound();
    await page.getByLabel('Question').fill('And now?');
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await page.getByText('Before that, 2 turns were said.').waitFor();
    await page.getByRole('button', { name: 'A new conversation' }).click();
    await page.getByRole('heading', { name: 'Nothing was asked yet' }).waitFor();
    await page.getByRole('link', { name: 'Tell me everything' }).click();
    await page.getByText('Before that, 2 turns were said.').waitFor();
    await close();
  });
});

inChromium('jobs', () => {
  const browser = ownChromium();
  const open = (options: OpenOptions) => openConsole(browser(), stack, options);

  test('a job is submitted by its form, and its result is saved as a file', async () => {
    const { page, expectSound, close } = await open({ person: sam(newTenant()), path: '/jobs' });
    await page.getByRole('heading', { name: 'No job yet' }).waitFor();
    await page.getByRole('button', { name: 'Submit' }).click();
    expect(await page.getByText('Fill this in.').count()).toBe(2);
    await expectSound();
    await page.getByLabel('Text').fill('hello');
    await page.getByLabel('To which language').fill('Spanish');
    await page.getByRole('button', { name: 'Submit' }).click();
    const job = page.getByRole('list', { name: 'Jobs' }).getByRole('listitem');
    await job.getByText('done').waitFor();
    await job.getByText('hello, Spanish').waitFor();
    const saved = page.waitForEvent('download');
    await job.getByRole('button', { name: 'TXT' }).click();
    const download = await saved;
    expect(download.suggestedFilename()).toMatch(/^translate-.*\.txt$/);
    expect(await readFile(await download.path(), 'utf8')).toContain('hola');
    await job.getByText('Result', { exact: true }).click();
    await expectSound();
    await page.reload();
    await job.getByText('done').waitFor();
    await close();
  });

  test('a report is a table, and what fails says why', async () => {
    const tenant = newTenant();
    await ask(stack, sam(tenant), 'interaction.record', {
      payload: { clientId: 'acme', kind: 'login', by: 7 },
    });
    const options = { person: sam(tenant), path: '/jobs', theme: 'dark', size: small } as const;
    const { page, expectSound, close } = await open(options);
    await page.getByLabel('What to do').selectOption('Report on engagement');
    await page.getByRole('button', { name: 'Submit' }).click();
    const job = (name: string) =>
      page.getByRole('list', { name: 'Jobs' }).getByRole('listitem').filter({ hasText: name });
    await job('engagement.report').getByText('done').waitFor();
    const saved = page.waitForEvent('download');
    await job('engagement.report').getByRole('button', { name: 'CSV' }).click();
    expect(await readFile(await (await saved).path(), 'utf8')).toContain('acme');

    await page.getByLabel('From').fill('2026-02-02');
    await page.getByLabel('To', { exact: true }).fill('2026-02-01');
    await page.getByRole('button', { name: 'Submit' }).click();
    await page.getByText('before it begins').waitFor();
    await expectSound();
    await page.getByLabel('What to do').selectOption('Another kind of job');
    await page.getByLabel('Kind').fill('bake');
    await page.getByLabel('Input').fill('{"flour"');
    await page.getByRole('button', { name: 'Submit' }).click();
    await page.getByText('is no JSON').waitFor();
    await page.getByLabel('Input').fill('{"flour":1}');
    await page.getByRole('button', { name: 'Submit' }).click();
    await page.getByText('must be one of translate').waitFor();
    await expectSound();
    await close();
  });
});
