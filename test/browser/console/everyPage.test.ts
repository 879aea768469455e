import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type LocalStack, startTestStack } from '../../support/localStack.ts';
import { inChromium, ownChromium } from '../chromium.ts';
import { carla, newTenant, sam } from '../people.ts';
import { ask, cutConnections } from './asking.ts';
import { type Does, day, everyView, type View } from './everyView.ts';
import { shiftsOf, watchShifts } from './layoutShifts.ts';
import { admin, type OpenedConsole, openConsole } from './openConsole.ts';
import { tabThrough } from './tabbing.ts';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

/** What may move in a page in all. Half of what counts as good elsewhere. */
const maxShift = 0.05;

const doesOf =
  (tenant: string): Does =>
  (action, payload, topic) =>
    ask(stack, sam(tenant), action, { payload, ...(topic !== undefined && { topic }) });

/** A tenant in which a little of everything has happened. */
async function livedIn(): Promise<string> {
  const tenant = newTenant();
  const does = doesOf(tenant);
  await does('engagement.update', {
    clientId: 'acme',
    status: 'active',
    score: 40,
    note: 'Renewal in March.',
  });
  await does('interaction.record', { clientId: 'acme', kind: 'login', by: 1 });
  await does('room.send', { body: 'good morning' }, 'room:lobby');
  await does('alert.raise', { to: { tenant: true }, severity: 'warning', title: 'Maintenance on Sunday' });
  await does('notification.send', { userId: 'ada', kind: 'invoice', title: 'An invoice is ready' });
  await does('queue.book', { date: day, doctorId: 'dr-lee', patientId: 'p-17', at: '09:00' });
  return tenant;
}

async function expectStill({ page }: OpenedConsole): Promise<void> {
  const shifts = await shiftsOf(page);
  const sum = shifts.reduce((all, { value }) => all + value, 0);
  expect(sum, JSON.stringify(shifts, undefined, 1)).toBeLessThan(maxShift);
}

const paths = everyView('TENANT').map(({ path }) => path);
const wide = { width: 1_280, height: 800 };
const narrow = { width: 360, height: 740 };
type Size = typeof wide;

inChromium('every page', () => {
  const browser = ownChromium();
  beforeAll(() => watchShifts(browser()));
  let tenant: string;
  beforeEach(async () => {
    tenant = await livedIn();
  });
  const viewAt = (path: string): View => {
    const view = everyView(tenant)[paths.indexOf(path)];
    if (!view) throw new Error(`there is no view ${path}`);
    return view;
  };
  const open = (size: Size, path: string) =>
    openConsole(browser(), stack, { person: admin(tenant), path, size });

  test.each([wide, narrow].flatMap((size) => paths.map((path) => ({ ...size, path }))))(
    '$path, $width wide, does not jump while it loads, while more comes, and while the connection is away, and is sound then too',
    async ({ path, ...size }) => {
      const view = viewAt(path);
      const shown = await open(size, view.path);
      const { page, close } = shown;
      await view.ready(page);
      await page.getByRole('banner').getByText('Connected').waitFor();
      await expectStill(shown);
      await view.comes?.(page, doesOf(tenant));
      await expectStill(shown);
      await shown.expectSoundInBoth();
      const letConnect = await cutConnections(stack);
      await page.getByText('The connection is lost.').waitFor();
      await expectStill(shown);
      await shown.expectSoundInBoth();
      await letConnect();
      await page.getByRole('banner').getByText('Connected').waitFor();
      await page.getByText('The connection is lost.').waitFor({ state: 'detached' });
      await expectStill(shown);
      await close(/WebSocket|Failed to load resource/);
    },
  );

  test('each is sound in both themes where the stack gives no contract', async () => {
    const shown = await open(narrow, '/getting-in');
    await shown.page.getByRole('banner').getByText('Connected').waitFor();
    await shown.page.route('**/asyncapi.json', (route) => route.fulfill({ status: 503 }));
    await shown.page.reload();
    for (const { path } of everyView(tenant)) {
      await shown.goTo(path);
      await shown.expectSoundInBoth();
    }
    await shown.close(/503/);
  });

  test.each([
    ['where nothing has happened', () => admin(newTenant())],
    ['to who may look and hardly act', () => carla(tenant)],
    ['to who may act and not look', () => ({ ...admin(tenant), roles: ['admin'] })],
  ])('each is sound in both themes %s', async (_, person) => {
    const { page, goTo, expectSoundInBoth, close } = await openConsole(browser(), stack, {
      person: person(),
      path: '/getting-in',
      size: narrow,
    });
    await page.getByRole('banner').getByText('Connected').waitFor();
    const waiting = page.getByRole('main').getByRole('status', { name: /^(Loading|Reading|Waiting)/ });
    for (const { path } of everyView(tenant)) {
      await goTo(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await expect.poll(() => waiting.count()).toBe(0);
      await expectSoundInBoth();
    }
    await close(/status of 40[34]/);
  });

  /** What is true only where somebody has answered. */
  const claims =
    /None is set|Nobody is|Nothing was refused|0 in the last|Epoch\s+none|Seq\s+0|\b0 (?:unread|open|clients)|No open|No client|Nothing for you|Nobody comes/;

  test.each([
    ['nothing is known of the app', /asyncapi\.json|issuer\/token|_local\//],
    ['the stack has not answered', /issuer\/token|_local\//],
  ])('each is sound in both themes while %s, and claims nothing of it', async (_, waitedFor) => {
    const { page, goTo, expectSoundInBoth, close } = await open(narrow, '/getting-in');
    await page.getByRole('banner').getByText('Connected').waitFor();
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route(waitedFor, async (route) => {
      await answered;
      await route.continue();
    });
    await page.reload();
    for (const { path } of everyView(tenant)) {
      await goTo(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await expectSoundInBoth();
      expect(await page.getByRole('main').innerText()).not.toMatch(claims);
    }
    answer();
    await page.getByRole('banner').getByText('Connected').waitFor();
    await close();
  });

  test('each is gone through by Tab alone, and one sees where one is', async () => {
    const { page, goTo, close } = await open(wide, '/getting-in');
    await page.getByRole('banner').getByText('Connected').waitFor();
    for (const { path, ready } of everyView(tenant)) {
      await goTo(path);
      await ready(page);
      expect({ path, ...(await tabThrough(page)) }).toEqual({ path, missed: [], unseen: [] });
    }
    await close();
  });
});
