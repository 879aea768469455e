import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type LocalStack, startTestStack } from '../../support/localStack.ts';
import { inChromium, ownChromium } from '../chromium.ts';
import { newTenant } from '../people.ts';
import { ask, askLocal, cutConnections } from './asking.ts';
import { admin, handshakeWhenTimeMoved, openConsole } from './openConsole.ts';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());
const local = (method: string, path: string, body?: object) => askLocal(stack, method, path, body);
beforeEach(() => local('DELETE', 'faults', {}));

inChromium('faults and the clock', () => {
  const browser = ownChromium();
  const open = (options: Parameters<typeof openConsole>[2] = {}) =>
    openConsole(browser(), stack, { person: admin(newTenant()), path: '/faults', ...options });

  test('a fault is set by a button or by hand, is listed, and is cleared', async () => {
    const { page, expectSound, close } = await open();
    const active = page.getByRole('list', { name: 'Faults that are set' });
    await active.getByText('None is set.').waitFor();
    await page.getByRole('button', { name: 'Drop the next 5 posts' }).click();
    await active.getByText('Posts to connections are lost').waitFor();
    expect(await local('GET', 'faults')).toEqual({ faults: [{ op: 'post', outcome: 'drop', count: 5 }] });

    await page.getByLabel('What fails').selectOption('connect');
    await page.getByLabel('How', { exact: true }).selectOption('slow');
    await page.getByLabel('How often').fill('many');
    await page.getByText('A whole number from 1 up.').waitFor();
    await expectSound();
    await page.getByLabel('How often').fill('2');
    await page.getByLabel('Seconds late').fill('0.5');
    await page.getByRole('button', { name: 'Set', exact: true }).click();
    await active.getByText('Handshakes are slow, by 0.5 s, for the next 2.').waitFor();
    await active.getByRole('button', { name: /Clear: Posts/ }).click();
    await active.getByText('Posts to connections are lost').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Clear all' }).click();
    await active.getByText('None is set.').waitFor();
    expect(await local('GET', 'faults')).toEqual({ faults: [] });
    await close();
  });

  test('a connection that is cut comes back, and one sees how', async () => {
    const { page, close } = await open();
    await page.getByRole('img', { name: 'The connection: Connected' }).waitFor();
    await page.getByRole('button', { name: 'Cut mine' }).click();
    await page.getByText('One connection was cut.').waitFor();
    await page.getByRole('list', { name: 'The newest frames' }).getByText('Socket 1 closed, 1006').waitFor();
    await page
      .getByRole('list', { name: 'The newest frames' })
      .getByText('Socket 2 open', { exact: true })
      .waitFor();
    await page.getByRole('img', { name: 'The connection: Connected' }).waitFor();
    await close();
  });

  test('a post that is lost is missed by the client, which asks for what was in it, and one sees it', async () => {
    const person = admin(newTenant());
    const { page, close } = await open({ person });
    await page.getByRole('img', { name: 'The connection: Connected' }).waitFor();
    await page.getByLabel('What fails').selectOption('post');
    await page.getByLabel('How', { exact: true }).selectOption('drop');
    await page.getByLabel('How often').fill('1');
    await page.getByRole('button', { name: 'Set', exact: true }).click();
    await page.getByText('Set: Posts to connections are lost').waitFor();
    const staff = { ...person, user: 'sam', roles: ['msp'] };
    const notify = (title: string) =>
      ask(stack, staff, 'notification.send', { payload: { userId: person.user, kind: 'note', title } });
    await notify('is lost');
    await notify('shows it');
    const newest = page.getByRole('list', { name: 'The newest frames' });
    await newest.getByText('subscribe', { exact: true }).waitFor();
    await newest.getByText('subscribed', { exact: true }).waitFor();
    // Its words are cut where there is no room.
    await newest.getByText(/"type":"subscribed".*"recovered":true.*is lost/).waitFor({ state: 'attached' });
    await close();
  });

  test('with a token that is over, one sees what the server says of it, and the client gets another', async () => {
    const { page, errors } = await open();
    await page.getByRole('img', { name: 'The connection: Connected' }).waitFor();
    await page.getByRole('button', { name: 'Expire my token' }).click();
    const refused = page.getByRole('region', { name: 'Handshakes that were refused' });
    await refused.getByText('expiry').first().waitFor();
    await refused.getByText('401').first().waitFor();
    await page
      .getByRole('list', { name: 'The newest frames' })
      .getByText('Socket 3 open', { exact: true })
      .waitFor();
    await page.getByRole('img', { name: 'The connection: Connected' }).waitFor();
    // The browser tells of the handshake that failed, as it should.
    expect(errors.filter((error) => !error.includes('WebSocket connection'))).toEqual([]);
    await page.close();
  });

  test('faults that cannot be read are not said to be none', async () => {
    const { page, expectSoundInBoth, close } = await open();
    await page.getByText('None is set.').waitFor();
    await page.route('**/_local/faults', (route) =>
      route.fulfill({ status: 503, json: { message: 'away' } }),
    );
    await page.reload();
    await page.getByRole('heading', { name: 'The faults cannot be read' }).waitFor();
    expect(await page.getByText('None is set.').count()).toBe(0);
    await expectSoundInBoth();
    await page.unroute('**/_local/faults');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('None is set.').waitFor();
    await close(/503/);
  });

  test('a token that is not to be had is told in the issuer’s words', async () => {
    const { page, close } = await open({ path: '/connection' });
    await page.getByRole('img', { name: 'The connection: Connected' }).waitFor();
    await page.route('**/issuer/token', (route) => route.fulfill({ status: 503, json: { message: 'away' } }));
    await page.getByRole('button', { name: 'Reconnect' }).click();
    const history = page.getByRole('region', { name: 'History of the connection' });
    await history
      .getByText(/getToken failed: away/)
      .first()
      .waitFor();
    await page.unroute('**/issuer/token');
    await page.getByRole('img', { name: 'The connection: Connected' }).waitFor();
    await close(/503/);
  });

  test('a handshake in which a function fails is told in the stack’s words', async () => {
    const { page, close } = await open({ path: '/connection' });
    await page.getByRole('img', { name: 'The connection: Connected' }).waitFor();
    const letConnect = await cutConnections(stack);
    const history = page.getByRole('region', { name: 'History of the connection' });
    await history
      .getByText(/the stack refused it with 50\d: \$connect failed/)
      .first()
      .waitFor();
    await letConnect();
    await page.getByRole('img', { name: 'The connection: Connected' }).waitFor();
    await close(/WebSocket/);
  });

  test('time is moved two hours, and any other time, and the client comes back with a token of that time', async () => {
    const { page, close } = await open();
    const frames = page.getByRole('list', { name: 'The newest frames' });
    await frames.getByText('Socket 1 open', { exact: true }).waitFor();
    const before = Number((await local('GET', 'clock')).nowMs);
    await page.getByRole('button', { name: 'Forward 2 hours' }).click();
    await page.getByText(/ahead of this machine/).waitFor();
    await page.getByLabel('Forward by').fill('3');
    await page.getByLabel('Unit').selectOption('days');
    await page.getByRole('button', { name: 'Move' }).click();
    await page.getByText(/3 d 2 h ahead of this machine/).waitFor();
    const after = Number((await local('GET', 'clock')).nowMs);
    expect(after - before).toBeGreaterThanOrEqual(74 * 3_600_000);
    await frames
      .getByText(/^Socket [2-9] open$/)
      .last()
      .waitFor();
    await page.getByRole('img', { name: 'The connection: Connected' }).waitFor();
    await close(handshakeWhenTimeMoved);
  });

  test.each([
    ['light', 1_280],
    ['dark', 1_280],
    ['light', 360],
    ['dark', 360],
  ] as const)('its page is sound in the %s theme, %i wide', async (theme, width) => {
    await local('POST', 'faults', { op: 'post', outcome: 'throttled', count: 1_000 });
    const { page, expectSound, close } = await open({ theme, size: { width, height: 800 } });
    await page.getByText('Posts to connections are refused').waitFor();
    await page
      .getByText('None, of anybody')
      .or(page.getByRole('region', { name: 'Handshakes that were refused' }))
      .waitFor();
    await expectSound();
    await close();
  });
});
