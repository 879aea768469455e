import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type LocalStack, startTestStack } from '../support/localStack.ts';
import { inChromium, openTab, ownChromium } from './chromium.ts';
import type { Person, Tab } from './pages/tab.ts';

let stack: LocalStack;
let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tidings-browser-'));
  stack = await startTestStack({ dataDir });
});
afterAll(async () => {
  await stack.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

inChromium('in a browser', () => {
  const browser = ownChromium();
  const pages: Page[] = [];
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.close();
  });

  let tenants = 0;
  const newTenant = () => `browser-${tenants++}`;
  const carla = (tenant: string): Person => ({ user: 'carla', tenant, roles: ['client'], clients: ['acme'] });

  /** A tab of a person's, which has joined its topics. */
  async function tabOf(person: Person) {
    const page = await openTab(browser(), stack.httpUrl, 'tab.ts');
    pages.push(page);
    await page.evaluate((who) => {
      const { createTab } = globalThis as unknown as { createTab(who: Person): Tab };
      Object.assign(globalThis, { tab: createTab(who) });
    }, person);
    /** Calls a method of the tab in the page, and waits for what it promises. */
    const call = <N extends keyof Tab>(name: N, ...given: Parameters<Tab[N]>) =>
      page.evaluate(
        ([method, words]) => {
          const { tab } = globalThis as unknown as { tab: Record<string, (...all: unknown[]) => unknown> };
          return tab[method]?.(...words);
        },
        [name, given] as const,
      ) as Promise<Awaited<ReturnType<Tab[N]>>>;
    await call('joined');
    return { page, call };
  }

  /** Stops everything in a tab: no timer, no message of its socket. Playwright keeps tabs from being frozen by Chromium. */
  async function putToSleep(page: Page) {
    const devtools = await browser().newCDPSession(page);
    await devtools.send('Debugger.enable');
    const asleep = new Promise((resolve) => devtools.once('Debugger.paused', resolve));
    await devtools.send('Debugger.pause');
    const nudged = devtools.send('Runtime.evaluate', { expression: 'void 0' });
    await asleep;
    return async () => {
      await devtools.send('Debugger.resume');
      await nudged;
      await devtools.detach();
    };
  }

  async function closeFromOutside(connectionId: string) {
    const management = new ApiGatewayManagementApiClient({
      endpoint: stack.managementUrl,
      region: 'local',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    await management.send(new DeleteConnectionCommand({ ConnectionId: connectionId }));
    management.destroy();
  }

  /** Somebody else records an interaction, from outside of the browser. */
  async function recordByHttp(tenant: string) {
    const token = await stack.token({ user: 'sam', tenant, roles: ['msp'] });
    const answer = await fetch(`${stack.httpUrl}/actions/interaction.record`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ payload: { clientId: 'acme', kind: 'click' } }),
    });
    expect(answer.status).toBe(200);
  }

  test('a server that is killed under load and comes back costs nothing: all is done once and seen once, in order', async () => {
    const tenant = newTenant();
    const { call } = await tabOf(carla(tenant));
    const load = call('load', 60);
    await call('untilSeen', 12);
    const { port } = new URL(stack.httpUrl);
    await stack.stop();
    await call('untilState', 'waiting');
    stack = await startTestStack({ dataDir, port: Number(port) });
    const totals = await load;
    await call('untilSeen', 60);
    const { seen, resets, snapshot, opened } = await call('report');
    expect(seen).toEqual(numbers(60));
    expect([...totals].sort((a, b) => a - b)).toEqual(numbers(60));
    expect({ resets, totals: snapshot?.totals }).toEqual({ resets: [], totals: { click: 60 } });
    expect(opened).toBeGreaterThan(1);
  });

  test('a tab that slept, and whose connection was closed meanwhile, sees what it missed when it wakes', async () => {
    const tenant = newTenant();
    const { page, call } = await tabOf(carla(tenant));
    await call('record');
    await call('untilSeen', 1);
    const { connectionId } = await call('report');
    const wake = await putToSleep(page);
    await recordByHttp(tenant);
    await closeFromOutside(connectionId);
    for (let n = 0; n < 2; n++) await recordByHttp(tenant);
    await wake();
    await call('look');
    await call('untilSeen', 4);
    await call('record');
    await call('untilSeen', 5);
    const { seen, opened } = await call('report');
    expect(seen).toEqual(numbers(5));
    expect(opened).toBe(2);
  });

  test('a token that ends soon is replaced on the open connection', async () => {
    const { call } = await tabOf({ ...carla(newTenant()), expiresIn: '92s' });
    const before = await call('report');
    await call('forward', 3_000);
    await call('untilRenewed');
    const after = await call('report');
    expect(after.wishes.slice(before.wishes.length)[0]).toBe(true);
    expect(after).toMatchObject({ connectionId: before.connectionId, opened: 1 });
  });

  test('after an expired token the tab comes back with a new one, and has lost nothing', async () => {
    const tenant = newTenant();
    const { call } = await tabOf(carla(tenant));
    const { connectionId } = await call('report');
    // An idle connection would be closed after ten minutes, whatever its token.
    for (let n = 1; n <= 6; n++) {
      await stack.clock.advance(9 * 60_000);
      await call('record');
    }
    expect((await call('report')).connectionId).toBe(connectionId);
    await stack.clock.advance(7 * 60_000);
    await recordByHttp(tenant);
    await call('record');
    await call('untilConnectionIsNot', connectionId);
    await call('untilSeen', 8);
    const { seen, wishes } = await call('report');
    expect(seen).toEqual(numbers(8));
    expect(wishes).toContain(true);
  });

  test('a connection that has come of age is replaced before it is cut, under load', async () => {
    const { call } = await tabOf(carla(newTenant()));
    const { connectionId } = await call('report');
    const load = call('load', 30);
    await call('untilSeen', 5);
    await call('forward', 119 * 60_000);
    await call('untilConnectionIsNot', connectionId);
    const totals = await load;
    await call('untilSeen', 30);
    const { seen, states, opened } = await call('report');
    expect(seen).toEqual(numbers(30));
    expect(new Set(totals).size).toBe(30);
    expect(opened).toBe(2);
    expect(states.slice(states.indexOf('open'))).not.toContain('waiting');
  });

  test('two tabs of a user both get a message, and one goes on when the other is closed', async () => {
    const tenant = newTenant();
    const [one, two] = [await tabOf(carla(tenant)), await tabOf(carla(tenant))];
    const token = await stack.token({ user: 'sam', tenant, roles: ['msp'] });
    const send = (body: string) =>
      fetch(`${stack.httpUrl}/actions/message.send`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ payload: { userId: 'carla', body } }),
      });
    await send('to both');
    await Promise.all([one.call('untilMessage', 'to both'), two.call('untilMessage', 'to both')]);
    await one.page.close();
    await send('to the other');
    await two.call('untilMessage', 'to the other');
    expect((await two.call('report')).messages).toEqual(['to both', 'to the other']);
  });
});
