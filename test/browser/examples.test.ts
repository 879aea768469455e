import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServedExample, serveExample } from '../../examples/serve.ts';
import { type LocalStack, startTestStack } from '../support/localStack.ts';
import { inChromium, ownChromium } from './chromium.ts';

let stack: LocalStack;
const served: ServedExample[] = [];
beforeAll(async () => {
  stack = await startTestStack();
  const stackUrl = stack.httpUrl;
  // No stack is told of these ports: on a laptop the pages of all of them may connect.
  served.push(
    await serveExample({ name: 'page', port: 0, stackUrl }),
    await serveExample({ name: 'react', port: 0, stackUrl }),
  );
});
afterAll(async () => {
  for (const example of served) await example.close();
  await stack.stop();
});

inChromium('the examples', () => {
  const browser = ownChromium();

  async function open(example: 'page' | 'react', user: string, refused: readonly string[] = []) {
    const page = await browser().newPage();
    if (refused.length > 0) await refuse(page, refused);
    const errors: string[] = [];
    const sockets: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('websocket', (socket) => sockets.push(socket.url()));
    await page.goto(`${served[example === 'page' ? 0 : 1]?.url}?user=${user}`);
    await page.getByText('open', { exact: false }).first().waitFor();
    return { page, errors, sockets };
  }

  /** These actions are refused on the page's way to the stack. */
  const refuse = (page: Page, actions: readonly string[]) =>
    page.routeWebSocket(/./, (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((text) => {
        const { action, ref } = JSON.parse(String(text)) as { action: string; ref?: string };
        const payload = { code: 'forbidden', message: `no ${action}`, retryable: false };
        if (actions.includes(action)) socket.send(JSON.stringify({ type: 'error', ref, payload }));
        else server.send(text);
      });
    });

  const say = async (page: Page, text: string) => {
    await page.getByPlaceholder('Say something').fill(text);
    await page.getByRole('button', { name: 'Send' }).click();
  };

  test('the page shows what is recorded and said in another tab', async () => {
    const [ada, bo] = [await open('page', 'Ada'), await open('page', 'Bo')];
    await ada.page.getByRole('button', { name: 'Record a click' }).click();
    await bo.page.getByText('click: 1').waitFor();
    await say(ada.page, 'hello from the page');
    await bo.page.getByText('Ada: hello from the page').waitFor();
    await ada.page.getByText('Ada: hello from the page').waitFor();
    expect([...ada.errors, ...bo.errors]).toEqual([]);
    await Promise.all([ada.page.close(), bo.page.close()]);
  });

  test('the React app works under StrictMode with one socket', async () => {
    const [ada, bo] = [await open('react', 'Ada'), await open('react', 'Bo')];
    await ada.page.getByText(/with .*Bo.* in the lobby/).waitFor();
    await say(ada.page, 'hello from React');
    await bo.page.getByText('Ada: hello from React').waitFor();
    // Bo has it, so Ada has its answer or is about to: shown as pending or as said, and once in either case.
    await ada.page.getByText('Ada: hello from React').waitFor();
    expect(await ada.page.getByText('Ada: hello from React').count()).toBe(1);
    await ada.page.getByRole('button', { name: 'Record a click' }).click();
    await bo.page.getByText(/click: \d/).waitFor();
    await ada.page.getByRole('button', { name: 'Remind me' }).click();
    await ada.page.getByText('Notifications (1 new)').waitFor();
    await ada.page.getByRole('button', { name: 'All read' }).click();
    await ada.page.getByText('Notifications (0 new)').waitFor();
    await ada.page.getByRole('button', { name: 'Ask about acme' }).click();
    await ada.page.getByRole('button', { name: 'Ask about acme' }).waitFor();
    await ada.page.getByRole('button', { name: 'Translate' }).click();
    await ada.page.getByText(/buen/i).waitFor();
    if (process.env.TIDINGS_SCREENSHOT) await ada.page.screenshot({ path: process.env.TIDINGS_SCREENSHOT });
    expect([ada.sockets.length, bo.sockets.length]).toEqual([1, 1]);
    expect([...ada.errors, ...bo.errors]).toEqual([]);
    await Promise.all([ada.page.close(), bo.page.close()]);
  });

  test.each(['page', 'react'] as const)('the %s example shows why something was refused', async (example) => {
    const { page, errors } = await open(example, 'Cleo', ['interaction.record', 'notification.read']);
    await page.getByRole('button', { name: 'Record a click' }).click();
    await page.locator('.status').getByText('no interaction.record').waitFor();
    if (example === 'react') {
      await page.getByRole('button', { name: 'All read' }).click();
      await page.locator('.status').getByText('no notification.read').waitFor();
      await page.getByRole('button', { name: 'Remind me' }).click();
      await page.getByText('You asked to be reminded').waitFor();
      await page.locator('.status').getByText('no notification.read').waitFor({ state: 'hidden' });
    }
    expect(errors).toEqual([]);
    await page.close();
  });
});
