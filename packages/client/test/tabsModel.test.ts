import fc from 'fast-check';
import { expect, test } from 'vitest';
import { times } from '../../../test/support/numbers.ts';
import { createTestServer, type TestServer } from '../testing/index.ts';
import { createTestBrowser, type TestTab } from './testBrowser.ts';
import { createWitness } from './witness.ts';

const runs = Number(process.env.TIDINGS_CLIENT_RUNS ?? times(60, 300));
const topics = ['room:a', 'client:x'] as const;
const maxTabs = 4;

interface World {
  readonly server: TestServer;
  readonly browser: ReturnType<typeof createTestBrowser>;
  readonly tabs: {
    readonly tab: TestTab;
    readonly witnesses: readonly ReturnType<typeof createWitness>[];
  }[];
  readonly faults: string[];
  readonly sent: Promise<unknown>[];
  messages: number;
}

type Step = { readonly name: string; run(world: World): void | Promise<void> };
const step = (name: string, run: Step['run']): Step =>
  ({ name, run, [fc.toStringMethod]: () => name }) as Step;

function openTab({ browser, tabs, server }: World) {
  if (tabs.length === maxTabs) return;
  const tab = browser.openTab({ requestTimeoutMs: 600_000 });
  const rooms = [tab.client.topic('room', 'a'), tab.client.topic('client', 'x')];
  const witnesses = rooms.map((topic) => createWitness(topic, [topic.name]));
  tabs.push({ tab, witnesses });
  return server.clock.settle();
}

/** A tab is gone; what it saw until then is judged all the same. */
function gone({ tabs, faults }: World, at: number, how: (tab: TestTab) => void) {
  const [one] = tabs.splice(at % Math.max(1, tabs.length), 1);
  if (!one) return;
  how(one.tab);
  for (const witness of one.witnesses) {
    faults.push(...witness.faults);
    witness.stop();
  }
}

const anyTab = fc.integer({ min: 0, max: maxTabs - 1 });
const onTab = (name: string, act: (tab: TestTab, world: World) => void) =>
  anyTab.map((at) =>
    step(`${name} ${at}`, (world) => {
      const one = world.tabs[at % Math.max(1, world.tabs.length)];
      if (one) act(one.tab, world);
    }),
  );
const aStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(fc.constantFrom(...topics), fc.boolean()).map(([topic, isLost]) =>
      step(`${isLost ? 'commit' : 'publish'} on ${topic}`, ({ server }) => {
        const payload = { totals: { n: server.topic(topic).events.length + 1 } };
        if (isLost) server.commit(topic, 'interaction', payload);
        else server.publish(topic, 'interaction', payload);
        server.topic(topic).snapshot = { engagement: {}, ...payload };
      }),
    ),
  },
  {
    weight: 8,
    arbitrary: fc
      .constantFrom(0, 1, 400, 1_600, 5_000, 20_000, 70_000)
      .map((ms) => step(`advance ${ms}`, ({ server }) => server.advance(ms))),
  },
  {
    weight: 4,
    arbitrary: onTab('send from', ({ client }, world) => {
      const body = `message ${world.messages++}`;
      const sent = client.request('room.send', { body }, { topic: 'room:a' }).then(() => body);
      world.sent.push(sent.catch(() => undefined));
    }),
  },
  { weight: 5, arbitrary: fc.constant(step('open', openTab)) },
  { weight: 3, arbitrary: onTab('freeze', (tab) => tab.freeze()) },
  { weight: 2, arbitrary: onTab('thaw', (tab) => tab.thaw()) },
  { weight: 1, arbitrary: onTab('put away and back', (tab) => tab.hide()) },
  {
    weight: 2,
    arbitrary: anyTab.map((at) => step(`crash ${at}`, (world) => gone(world, at, (tab) => tab.crash()))),
  },
  {
    weight: 2,
    arbitrary: anyTab.map((at) =>
      step(`close ${at}`, (world) =>
        gone(world, at, (tab) => {
          tab.hide();
          tab.crash();
        }),
      ),
    ),
  },
  { weight: 2, arbitrary: fc.constant(step('drop', ({ server }) => server.drop())) },
  { weight: 1, arbitrary: fc.constant(step('silence', ({ server }) => server.freeze())) },
  { weight: 1, arbitrary: fc.constant(step('refuse', ({ server }) => server.refuse(2))) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('now', 'refresh')
      .map((reconnect) =>
        step(`disconnect ${reconnect}`, ({ server }) => server.disconnect({ reconnect: reconnect as 'now' })),
      ),
  },
);

async function quiesce({ server, tabs }: World) {
  server.refuse(0);
  for (const { tab } of tabs) tab.thaw();
  await server.advance(400_000);
}

test('whatever becomes of tabs and connections, what each tab sees is the log', {
  timeout: 600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aStep, { maxLength: 40 }), async (steps) => {
      const server = createTestServer({ maxEvents: 4, hello: { rotateAfterMs: 100_000 } });
      for (const topic of topics) server.topic(topic).snapshot = { engagement: {}, totals: { n: 0 } };
      const browser = createTestBrowser(server);
      const world: World = { server, browser, tabs: [], faults: [], sent: [], messages: 0 };
      await openTab(world);
      for (const { run } of steps) await run(world);
      await quiesce(world);
      expect(world.faults).toEqual([]);
      for (const { witnesses } of world.tabs) {
        for (const witness of witnesses) {
          expect(witness.faults).toEqual([]);
          for (const home of witness.homes) {
            const { epoch, events } = server.topic(home);
            expect(witness.reached(home), home).toEqual({ epoch, seq: events.length });
            expect(witness.resets(home), home).toBe(0);
          }
        }
      }
      const said = server
        .topic('room:a')
        .events.flatMap(({ payload }) => (payload as { body?: string }).body ?? []);
      expect(new Set(said).size, 'each message is in the log once').toBe(said.length);
      for (const { tab } of world.tabs) tab.client.close();
      await server.advance(0);
      expect(server.connections(), 'nothing stays open for nobody').toEqual([]);
      const answered = await Promise.all(world.sent.map((one) => Promise.race([one, undefined])));
      for (const body of answered) if (body !== undefined) expect(said).toContain(body);
    }),
    { numRuns: runs },
  );
});
