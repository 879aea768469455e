import { expect, test } from 'vitest';
import { createTestBrowser, openSocket, openTabs, type TestTab } from '../../test/testBrowser.ts';
import { createTestServer } from '../../testing/index.ts';
import type { TabLocks } from './browser.ts';

/** Three tabs in a room; the first one is the leader. `said` is what each has seen. */
async function threeInARoom() {
  const server = createTestServer();
  const { browser, tabs } = await openTabs(server, {}, {}, {});
  const said = tabs.map(({ client }) => {
    const seqs: (number | undefined)[] = [];
    client.topic('room', 'a').on('*', ({ seq }) => seqs.push(seq));
    return seqs;
  });
  // Long enough that nothing which was asked at the beginning is being watched any more.
  await server.advance(10_000);
  const states = () => tabs.map(({ client }) => client.status.getSnapshot().state);
  const say = () => server.publish('room:a', 'room.message', { body: 'x' });
  expect(tabs.map((tab) => tab.isLeader())).toEqual([true, false, false]);
  return { server, browser, tabs, said, states, say };
}

const ways: readonly [string, (tab: TestTab) => void][] = [
  ['crashes', (tab) => tab.crash()],
  ['is closed', (tab) => tab.hide('pagehide')],
  ['is frozen with a word before', (tab) => tab.hide('freeze')],
];

test.each(ways)(
  'when the leader %s another tab takes over, and nobody misses or doubles a message',
  async (_, end) => {
    const { server, tabs, said, states, say } = await threeInARoom();
    say();
    await server.advance(0);
    end(tabs[0]);
    say();
    await server.advance(600);
    say();
    await server.advance(0);
    expect(states().slice(1)).toEqual(['open', 'open']);
    expect(tabs.slice(1).some((tab) => tab.isLeader())).toBe(true);
    expect(said.slice(1)).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(server.connections()).toHaveLength(1);
  },
);

test('a page that comes back out of the back/forward cache takes part again', async () => {
  const { server, tabs, said, say } = await threeInARoom();
  tabs[0].hide('pagehide');
  say();
  await server.advance(600);
  expect(tabs[0].isLeader()).toBe(false);
  expect(said[0]).toEqual([1]);
  expect(server.connections()).toHaveLength(1);
});

test('a page that is put away keeps nothing that the other tabs could wait for', async () => {
  const server = createTestServer();
  const browser = createTestBrowser(server);
  const tab = browser.openTab();
  const { state } = openSocket(tab);
  await server.advance(0);
  openSocket(browser.openTab());
  await server.advance(0);
  // Its own lock and the leader's, and a place in the queue for each tab's.
  expect(browser.holds(tab)).toEqual({ locks: 4, channels: 4, listeners: 2 });
  tab.hide();
  expect(state.closed).toBe(1001);
  // Nothing may be left for later: a page in the cache has no later.
  expect(browser.holds(tab).channels).toBe(0);
  await server.advance(0);
  expect(browser.holds(tab)).toEqual({ locks: 0, channels: 0, listeners: 0 });
  expect(server.connections()).toHaveLength(0);
});

test('a page that is put away while it waits for a leader that is frozen does not wait on', async () => {
  const server = createTestServer();
  const { browser, tabs } = await openTabs(server, {});
  await server.advance(10_000);
  tabs[0].freeze();
  const tab = browser.openTab();
  openSocket(tab);
  await server.advance(0);
  tab.hide();
  await server.advance(10_000);
  expect(tabs[0].isLeader()).toBe(true);
});

test('a page that is put away before it has the place that it asked for does not take it', async () => {
  const server = createTestServer();
  const browser = createTestBrowser(server);
  let grant = () => {};
  const locks: TabLocks = {
    request: async (name, { steal }, held) => {
      if (steal) {
        await new Promise<void>((resolve) => {
          grant = resolve;
        });
      } else if (name === 'tidings-tabs-3-leader') return new Promise(() => {});
      return held();
    },
  };
  const tab = browser.openTab({ shared: { locks } });
  openSocket(tab);
  await server.advance(3_000);
  expect(browser.holds(tab).channels, 'its own').toBe(2);
  tab.hide('freeze');
  grant();
  await server.advance(0);
  expect(browser.holds(tab).channels).toBe(0);
});

test('a page that is put away before it has its lock leaves nothing behind either', async () => {
  const server = createTestServer();
  const browser = createTestBrowser(server);
  const tab = browser.openTab();
  const { state } = openSocket(tab);
  tab.hide();
  await server.advance(0);
  expect(state.closed).toBe(1001);
  expect(browser.holds(tab)).toEqual({ locks: 0, channels: 0, listeners: 0 });
});

test('a leader that does not answer loses its place to whoever asks it, and closes its sockets when it wakes', async () => {
  const { server, browser, tabs, said, states, say } = await threeInARoom();
  tabs[0].freeze();
  say();
  await server.advance(0);
  expect(said).toEqual([[], [], []]);
  const answer = tabs[1].client.request('room.send', { body: 'hello' }, { topic: 'room:a' });
  await server.advance(2_999);
  expect(tabs[1].isLeader()).toBe(false);
  await server.advance(600);
  await answer;
  expect(tabs[1].isLeader()).toBe(true);
  expect(states().slice(1)).toEqual(['open', 'open']);
  expect(said).toEqual([[], [1, 2], [1, 2]]);
  expect(server.connections()).toHaveLength(2);
  expect(browser.holds(tabs[1]).locks, 'one place for itself, one as the leader, two to watch').toBe(4);
  tabs[0].thaw();
  await server.advance(600);
  expect(said).toEqual([
    [1, 2],
    [1, 2],
    [1, 2],
  ]);
  expect(server.connections()).toHaveLength(1);
  expect(tabs[1].isLeader()).toBe(true);
});

test('a new tab does not wait for a frozen leader for long', async () => {
  const server = createTestServer();
  const { browser, tabs } = await openTabs(server, {});
  tabs[0].freeze();
  const { client } = browser.openTab();
  client.connect();
  await server.advance(3_000);
  expect(client.status.getSnapshot().state).toBe('open');
});

test('a question that comes while an earlier one is watched is watched as well', async () => {
  const { server, tabs } = await threeInARoom();
  await server.advance(60_000);
  tabs[1].client.ping().catch(() => {});
  await server.advance(100);
  tabs[0].freeze();
  const socket = openSocket(tabs[1]);
  await server.advance(5_000);
  expect(socket.state.opened).toBe(true);
});

test('a tab that slept itself does not take a leader for dead that was not asked while it slept', async () => {
  const { server, tabs, states } = await threeInARoom();
  await server.advance(60_000);
  tabs[1].client.ping().catch(() => {});
  tabs[1].freeze();
  await server.advance(600_000);
  tabs[1].thaw();
  await server.advance(10_000);
  expect(tabs[0].isLeader()).toBe(true);
  expect(states()).toEqual(['open', 'open', 'open']);
});

test('a tab that was stolen from stands in line again', async () => {
  const { server, tabs, states } = await threeInARoom();
  tabs[0].freeze();
  tabs[1].client.ping().catch(() => {});
  await server.advance(10_000);
  tabs[0].thaw();
  await server.advance(1_000);
  tabs[1].crash();
  tabs[2].crash();
  await server.advance(1_000);
  expect(tabs[0].isLeader()).toBe(true);
  expect(states()[0]).toBe('open');
});

test('a tab that was stolen from may steal in its turn', async () => {
  const { server, tabs } = await threeInARoom();
  for (const [at, other] of [
    [1, 0],
    [0, 1],
  ] as const) {
    tabs[other].freeze();
    tabs[at].client.ping().catch(() => {});
    await server.advance(10_000);
    expect(tabs[at].isLeader()).toBe(true);
    tabs[other].thaw();
    await server.advance(10_000);
  }
});

test('a tab that wins the place while it is frozen is passed over, and hurts nobody when it wakes', async () => {
  const { server, tabs, said, states, say } = await threeInARoom();
  tabs[1].freeze();
  tabs[0].crash();
  await server.advance(0);
  expect(tabs[1].isLeader()).toBe(true);
  void tabs[2].client.request('room.send', { body: 'hello' }, { topic: 'room:a' });
  await server.advance(12_000);
  expect(tabs[2].isLeader()).toBe(true);
  tabs[1].thaw();
  await server.advance(5_000);
  say();
  await server.advance(0);
  expect(states().slice(1)).toEqual(['open', 'open']);
  expect(said.slice(1)).toEqual([
    [1, 2],
    [1, 2],
  ]);
  expect(server.connections()).toHaveLength(1);
});

test('of a tab that dies without a word nothing is left at the server', async () => {
  const { server, tabs } = await threeInARoom();
  tabs[2].client.topic('room', 'b').hold();
  await server.advance(0);
  const topics = () => server.connections().map((connection) => [...connection.topics]);
  expect(topics()).toEqual([['room:a', 'room:b']]);
  tabs[2].crash();
  await server.advance(0);
  expect(topics()).toEqual([['room:a']]);
  tabs[1].crash();
  await server.advance(0);
  expect(topics()).toEqual([['room:a']]);
});

test('a connection is replaced before it is cut, for one tab after the other, and the old one is closed', async () => {
  const server = createTestServer({ hello: { rotateAfterMs: 100_000 } });
  const { tabs } = await openTabs(server, {}, {});
  const said = tabs.map(({ client }) => {
    const seqs: (number | undefined)[] = [];
    client.topic('room', 'a').on('*', ({ seq }) => seqs.push(seq));
    return seqs;
  });
  const states = tabs.map(({ client }) => {
    const seen: string[] = [];
    client.status.subscribe(() => seen.push(client.status.getSnapshot().state));
    return seen;
  });
  await server.advance(0);
  for (let n = 0; n < 30; n++) {
    server.publish('room:a', 'room.message');
    await server.advance(5_000);
  }
  expect(server.transcript.filter(({ way }) => way === 'opened')).toHaveLength(2);
  expect(server.connections().map(({ id }) => id)).toEqual(['connection-2']);
  expect(said[0]).toEqual(Array.from({ length: 30 }, (_, at) => at + 1));
  expect(said[1]).toEqual(said[0]);
  expect(states.flat()).not.toContain('waiting');
});
