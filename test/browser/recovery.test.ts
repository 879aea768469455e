import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { fetchToken, type LocalStack, startTestStack } from '../support/localStack.ts';
import { startStackProcess } from '../support/stackProcess.ts';
import { inChromium, ownChromium } from './chromium.ts';
import { ownDevtools } from './devtools.ts';
import { publishSteadily } from './ledger.ts';
import type { Person } from './pages/tab.ts';
import { actAsStaff, carla, newTenant, rawTabOf, tabOf as tabOn, untilSockets } from './people.ts';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

inChromium('in a browser', () => {
  const browser = ownChromium();
  const pages: Page[] = [];
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.close();
  });

  async function tabOf(person: Person, httpUrl = stack.httpUrl) {
    const tab = await tabOn(browser(), httpUrl, person);
    pages.push(tab.page);
    return tab;
  }

  /** Somebody else records an interaction, from outside of the browser. */
  async function recordByHttp(tenant: string) {
    const token = await stack.token({ user: 'sam', tenant, roles: ['msp'] });
    const payload = { clientId: 'acme', kind: 'click' };
    await actAsStaff({ httpUrl: stack.httpUrl, token }, 'interaction.record', { payload });
  }

  test('a server that is killed under load and started again has each acknowledged event, once and in order', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'tidings-browser-'));
    let running = startStackProcess(0, dataDir);
    try {
      const tenant = newTenant();
      const { httpUrl, kill } = await running;
      const { call } = await tabOf(carla(tenant), httpUrl);
      const issuer = `${httpUrl}/issuer`;
      const token = await fetchToken({ issuer }, { user: 'sam', tenant, roles: ['msp'] });
      const publisher = publishSteadily({ httpUrl, token }, 4, () => running);
      const own = call('load', 60);
      await call('untilSeen', 30);
      running = kill()
        .then(() => call('untilState', 'waiting'))
        .then(() => startStackProcess(Number(new URL(httpUrl).port), dataDir));
      await running;
      const acknowledgedBefore = publisher.ledger().length;
      await publisher.untilAcknowledged(acknowledgedBefore + 30);
      const [ledger, totals] = await Promise.all([publisher.stop(), own]);
      const count = ledger.length + totals.length;
      await call('untilSeen', count);
      const { seen, resets, snapshot, opened } = await call('report');
      expect(seen).toEqual(numbers(count));
      expect([...ledger, ...totals].sort((a, b) => a - b)).toEqual(numbers(count));
      expect({ resets, totals: snapshot?.totals }).toEqual({ resets: [], totals: { click: count } });
      expect(publisher.cutOff(), 'requests were under way when the server was killed').toBeGreaterThan(0);
      expect(opened).toBeGreaterThan(1);
    } finally {
      const last = running;
      running = Promise.reject(new Error('the test is over'));
      running.catch(() => {});
      await (await last).kill();
      await rm(dataDir, { recursive: true, force: true });
    }
  });

  test('a token that ends soon is replaced on the open connection', async () => {
    const { call } = await tabOf({ ...carla(newTenant()), expiresIn: '92s' });
    const before = await call('report');
    await call('forward', 3_000);
    await call('untilRenewed');
    const after = await call('report');
    expect(after.forced.slice(before.forced.length)[0]).toBe(true);
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
    const { seen, forced } = await call('report');
    expect(seen).toEqual(numbers(8));
    expect(forced).toContain(true);
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
      actAsStaff({ httpUrl: stack.httpUrl, token }, 'message.send', { payload: { userId: 'carla', body } });
    await send('to both');
    await Promise.all([one.call('untilMessage', 'to both'), two.call('untilMessage', 'to both')]);
    await one.page.close();
    await send('to the other');
    await two.call('untilMessage', 'to the other');
    expect((await two.call('report')).messages).toEqual(['to both', 'to the other']);
  });
});

inChromium('a tab that may be frozen', () => {
  const openPage = ownDevtools();

  test('a tab that was frozen for longer than the server waits for it sees what it missed when it wakes', async () => {
    const tenant = newTenant();
    const { page, call } = await rawTabOf(openPage, stack.httpUrl, carla(tenant));
    const token = await stack.token({ user: 'sam', tenant, roles: ['msp'] });
    const payload = { clientId: 'acme', kind: 'click' };
    const record = () => actAsStaff({ httpUrl: stack.httpUrl, token }, 'interaction.record', { payload });
    await call('record');
    await call('untilSeen', 1);
    await page.freeze();
    await record();
    await untilSockets(stack, 1);
    await stack.clock.advance(11 * 60_000);
    expect((await stack.state()).openSockets).toBe(0);
    for (let n = 0; n < 2; n++) await record();
    const asleep = await call('report');
    expect(asleep.seen).toEqual([1]);
    await page.wake();
    await call('untilSeen', 4);
    await call('record');
    await call('untilSeen', 5);
    const { seen, opened } = await call('report');
    expect(seen).toEqual(numbers(5));
    expect(opened).toBe(2);
    await page.close();
  });
});
