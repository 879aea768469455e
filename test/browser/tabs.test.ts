import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type LocalStack, startTestStack } from '../support/localStack.ts';
import { inChromium, ownChromium } from './chromium.ts';
import { ownDevtools } from './devtools.ts';
import { actAsStaff, type Call, carla, newTenant, rawTabOf, tabOf, untilSockets } from './people.ts';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

/** Tabs of Carla's that have one socket between them; the first one holds it. */
async function sharing<P extends { close(): Promise<unknown> }>(
  count: number,
  open: (person: ReturnType<typeof carla>) => Promise<{ page: P; call: Call }>,
) {
  await untilSockets(stack, 0);
  const tenant = newTenant();
  const token = await stack.token({ user: 'sam', tenant, roles: ['msp'] });
  const tabs: { page: P; call: Call }[] = [];
  for (let n = 0; n < count; n++) tabs.push(await open({ ...carla(tenant), shares: true }));
  pages.push(...tabs.map(({ page }) => page));
  expect((await stack.state()).openSockets).toBe(1);
  const opened = await Promise.all(tabs.map(async ({ call }) => (await call('report')).opened));
  expect(opened).toEqual(tabs.map((_, at) => (at === 0 ? 1 : 0)));
  let recorded = 0;
  const record = async () => {
    const payload = { clientId: 'acme', kind: 'click' };
    recorded =
      (await actAsStaff({ httpUrl: stack.httpUrl, token }, 'interaction.record', { payload })).seq ?? 0;
  };
  /** Messages flow until this is called, which brings how many there were. */
  const flow = () => {
    let isOver = false;
    const done = (async () => {
      while (!isOver) await record();
      return recorded;
    })();
    return () => {
      isOver = true;
      return done;
    };
  };
  return { tabs, record, flow };
}
const pages: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const page of pages.splice(0)) await page.close().catch(() => {});
});

/** What is left has seen each message once and in order, on one socket. */
async function expectWhole(calls: readonly Call[], count: number) {
  for (const call of calls) {
    await call('untilSeen', count);
    const { seen, resets } = await call('report');
    expect({ seen, resets }).toEqual({ seen: numbers(count), resets: [] });
  }
  await untilSockets(stack, 1);
}

inChromium('tabs that share a socket', () => {
  const browser = ownChromium();
  const open = (person: ReturnType<typeof carla>) => tabOf(browser(), stack.httpUrl, person);

  test('two tabs have one socket; the one that holds it is closed while messages flow, and the other misses nothing', async () => {
    const { tabs, flow } = await sharing(2, open);
    const [one, two] = tabs as [(typeof tabs)[0], (typeof tabs)[0]];
    const stop = flow();
    await Promise.all([one.call('untilSeen', 5), two.call('untilSeen', 5)]);
    await one.page.close();
    await two.call('untilOpened', 1);
    await expectWhole([two.call], await stop());
  });

  test('three tabs have one socket; the one that holds it crashes, and the others miss nothing', async () => {
    const { tabs, flow } = await sharing(3, open);
    const [one, two, three] = tabs as [(typeof tabs)[0], (typeof tabs)[0], (typeof tabs)[0]];
    const stop = flow();
    await three.call('untilSeen', 5);
    const crashed = one.page.waitForEvent('crash');
    await one.page.goto('chrome://crash').catch(() => {});
    await crashed;
    await two.call('untilOpened', 1);
    await expectWhole([two.call, three.call], await stop());
  });

  test('what one tab says in a room its neighbour sees as well', async () => {
    const { tabs } = await sharing(2, open);
    const [one, two] = tabs as [(typeof tabs)[0], (typeof tabs)[0]];
    await Promise.all([one.call('enterRoom'), two.call('enterRoom')]);
    await one.call('say', 'hello');
    await two.call('say', 'hi');
    await Promise.all([one.call('untilSaid', 'hi'), two.call('untilSaid', 'hi')]);
    const reports = await Promise.all([one.call('report'), two.call('report')]);
    expect(reports.map(({ said }) => said)).toEqual([
      ['hello', 'hi'],
      ['hello', 'hi'],
    ]);
  });

  test('a tab that is stuck loses the socket to another, and closes its own when it moves again', async () => {
    const { tabs, record } = await sharing(2, open);
    const [one, two] = tabs as [(typeof tabs)[0], (typeof tabs)[0]];
    const devtools = await browser().newCDPSession(one.page);
    await devtools.send('Debugger.enable');
    const stuck = new Promise((resolve) => devtools.once('Debugger.paused', resolve));
    await devtools.send('Debugger.pause');
    const nudged = devtools.send('Runtime.evaluate', { expression: 'void 0' });
    await stuck;
    await record();
    await two.call('record');
    await two.call('untilSeen', 2);
    expect((await two.call('report')).opened).toBe(1);
    await devtools.send('Debugger.resume');
    await nudged;
    await one.call('untilNoneIsOpen');
    await record();
    await expectWhole([one.call, two.call], 3);
  });
});

inChromium('tabs that share a socket and may be frozen', () => {
  const openPage = ownDevtools();
  const open = (person: ReturnType<typeof carla>) => rawTabOf(openPage, stack.httpUrl, person);

  test('a tab that is frozen hands the socket over, and has what it missed when it wakes', async () => {
    const { tabs, record, flow } = await sharing(2, open);
    const [one, two] = tabs as [(typeof tabs)[0], (typeof tabs)[0]];
    const stop = flow();
    await two.call('untilSeen', 5);
    await one.page.freeze();
    await two.call('untilOpened', 1);
    const count = await stop();
    await two.call('untilSeen', count);
    const before = (await one.call('report')).seen.length;
    expect(before).toBeLessThan(count);
    await one.page.wake();
    await record();
    await expectWhole([one.call, two.call], count + 1);
  });

  test('a page that goes into the back/forward cache hands the socket over, and takes part again when it is back', async () => {
    const { tabs, record } = await sharing(2, open);
    const [one, two] = tabs as [(typeof tabs)[0], (typeof tabs)[0]];
    await record();
    await Promise.all([one.call('untilSeen', 1), two.call('untilSeen', 1)]);
    await one.page.goTo(`${stack.httpUrl}/health`);
    await two.call('untilOpened', 1);
    await record();
    await two.call('untilSeen', 2);
    await untilSockets(stack, 1);
    await one.page.goBack();
    await record();
    await expectWhole([one.call, two.call], 3);
  });
});
