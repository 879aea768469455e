import { clientFeatures as features } from '../../../features/clients.ts';
import { type Client, type ClientOptions, createClient, type WebSocketLike } from '../src/index.ts';
import { type SharedWebSocketOptions, sharedWebSocket, type TabLocks } from '../src/tabs/index.ts';
import type { TestServer } from '../testing/index.ts';

/** A token of Ada's; each one differs from the last in what passes. */
export function tokenOf(claims: object = {}): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const passing = { iat: made++, exp: made + 3_600, jti: `token-${made}` };
  return [{ alg: 'none' }, { sub: 'ada', tenant: 'acme', ...claims, ...passing }, {}].map(part).join('.');
}
let made = 0;

interface LockRequest {
  readonly tab: Page;
  readonly held: () => unknown;
  readonly signal: AbortSignal | undefined;
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

/** What happens in one tab: nothing while it is frozen, and nothing any more once it has crashed. */
class Page {
  state: 'running' | 'frozen' | 'crashed' = 'running';
  readonly #waiting: (() => void)[] = [];
  readonly listeners = new Map<string, Set<() => void>>();

  run(task: () => void) {
    if (this.state === 'running') task();
    else if (this.state === 'frozen') this.#waiting.push(task);
  }

  thaw() {
    if (this.state !== 'frozen') return;
    this.state = 'running';
    for (const task of this.#waiting.splice(0)) task();
  }

  addEventListener = (type: string, run: () => void) => {
    this.listeners.set(type, (this.listeners.get(type) ?? new Set()).add(run));
  };
  removeEventListener = (type: string, run: () => void) => void this.listeners.get(type)?.delete(run);
  fire = (type: string) => {
    for (const run of [...(this.listeners.get(type) ?? [])]) run();
  };
}

/** Locks of one browser. A stolen lock is told to who had it only when its tab runs. */
function createLocks() {
  const queues = new Map<string, LockRequest[]>();
  const queueOf = (name: string) => queues.get(name) ?? queues.set(name, []).get(name) ?? [];

  function grant(name: string, request: LockRequest) {
    request.tab.run(() => {
      if (request.signal?.aborted) {
        drop(name, request);
        return request.reject(request.signal.reason);
      }
      Promise.resolve(request.held()).then((value) => {
        drop(name, request);
        request.resolve(value);
      }, request.reject);
    });
  }

  function drop(name: string, request: LockRequest) {
    const queue = queueOf(name);
    const wasFirst = queue[0] === request;
    if (queue.includes(request)) queue.splice(queue.indexOf(request), 1);
    const [next] = queue;
    if (wasFirst && next) queueMicrotask(() => grant(name, next));
  }

  const locksOf = (tab: Page): TabLocks => ({
    request: (name, { steal, signal }, held) =>
      new Promise((resolve, reject) => {
        const request: LockRequest = { tab, held, signal, resolve, reject };
        const queue = queueOf(name);
        signal?.addEventListener('abort', () => {
          if (queue[0] === request) return;
          drop(name, request);
          reject(signal.reason);
        });
        if (steal) {
          const stolen = queue.shift();
          stolen?.tab.run(() => queueMicrotask(() => stolen.reject(new Error('stolen'))));
          queue.unshift(request);
        } else queue.push(request);
        if (queue[0] === request) queueMicrotask(() => grant(name, request));
      }),
  });
  return {
    locksOf,
    crashed(tab: Page) {
      for (const [name, queue] of queues) for (const one of [...queue]) if (one.tab === tab) drop(name, one);
    },
    /** The page that has the lock, if there is one. */
    holder: (name: string) => queues.get(name)?.[0]?.tab,
    /** How many locks a page has or waits for. */
    count: (tab: Page) => [...queues.values()].flat().filter((one) => one.tab === tab).length,
  };
}

/** Channels of one browser: what one object says, every other of its name hears, in the order in which it was said. */
function createChannels() {
  const all = new Set<{ name: string; tab: Page; onmessage: unknown }>();
  const channelsOf = (tab: Page) =>
    class TestChannel {
      onmessage: unknown = null;
      readonly name: string;
      readonly tab = tab;
      constructor(name: string) {
        this.name = name;
        all.add(this);
      }
      postMessage(message: unknown) {
        if (!all.has(this)) throw new Error('the channel is closed');
        for (const other of all) {
          if (other === this || other.name !== this.name) continue;
          const data: unknown = structuredClone(message);
          const task = () => all.has(other) && (other.onmessage as ((e: object) => void) | null)?.({ data });
          queueMicrotask(() => other.tab.run(task));
        }
      }
      close() {
        all.delete(this);
      }
    };
  return { channelsOf, count: (tab: Page) => [...all].filter((one) => one.tab === tab).length };
}

/** One tab: its client, and what may become of it. */
export interface TestTab {
  readonly client: Client;
  readonly WebSocket: ReturnType<typeof sharedWebSocket>;
  isLeader(): boolean;
  /** Nothing runs in it until it is thawed; what happens meanwhile waits. */
  freeze(): void;
  thaw(): void;
  /** It dies without a word. */
  crash(): void;
  /** The page fires `pagehide` or `freeze`, as when it is closed or put into the back/forward cache. */
  hide(type?: 'pagehide' | 'freeze'): void;
}

/** A browser whose tabs are all in this process, on the clock of a server in memory. */
export function createTestBrowser(server: TestServer) {
  const locks = createLocks();
  const channels = createChannels();
  const pages = new Map<TestTab, Page>();
  let tabs = 0;

  function socketsOf(page: Page) {
    const open: WebSocketLike[] = [];
    class TabWebSocket implements WebSocketLike {
      onopen: unknown = null;
      onmessage: unknown = null;
      onclose: unknown = null;
      onerror: unknown = null;
      readonly #inner: WebSocketLike;
      constructor(url: string, protocols: string[]) {
        this.#inner = new server.options.WebSocket(url, protocols);
        open.push(this.#inner);
        for (const type of ['onopen', 'onmessage', 'onclose'] as const) {
          this.#inner[type] = (event: unknown) =>
            page.run(() => (this[type] as ((event: unknown) => void) | null)?.(event));
        }
      }
      send(text: string) {
        this.#inner.send(text);
      }
      close(code?: number) {
        this.#inner.close(code);
      }
    }
    return { TabWebSocket, cut: () => open.forEach((one) => void one.close(1006)) };
  }

  function openTab(
    options: Partial<ClientOptions> & { claims?: object; shared?: SharedWebSocketOptions } = {},
  ): TestTab {
    const page = new Page();
    const { claims, shared, ...more } = options;
    const { TabWebSocket, cut } = socketsOf(page);
    const clock = {
      now: server.clock.now,
      setTimeout(run: () => void, ms: number) {
        let isWanted = true;
        const timer = server.clock.setTimeout(() => page.run(() => isWanted && run()), ms);
        return {
          cancel() {
            isWanted = false;
            timer.cancel();
          },
        };
      },
    };
    const WebSocket = sharedWebSocket({
      WebSocket: TabWebSocket,
      BroadcastChannel: channels.channelsOf(page),
      locks: locks.locksOf(page),
      page,
      clock,
      features,
      ...shared,
    });
    const client = createClient({
      ...server.options,
      ...{ clock, features, WebSocket, clientId: `tab-${tabs++}` },
      signals: { online: () => true, listen: () => () => {} },
      getToken: () => tokenOf(claims),
      ...more,
    });
    const tab: TestTab = {
      client,
      WebSocket,
      isLeader: () => locks.holder('tidings-tabs-3-leader') === page,
      freeze: () => {
        if (page.state === 'running') page.state = 'frozen';
      },
      thaw: () => page.thaw(),
      crash() {
        page.state = 'crashed';
        cut();
        locks.crashed(page);
      },
      hide: (type = 'pagehide') => page.run(() => page.fire(type)),
    };
    pages.set(tab, page);
    return tab;
  }

  /** What a tab has of the browser: locks that it waits for, too. */
  function holds(tab: TestTab) {
    const page = pages.get(tab) as Page;
    const listeners = [...page.listeners.values()].reduce((sum, { size }) => sum + size, 0);
    return { locks: locks.count(page), channels: channels.count(page), listeners };
  }

  /** A channel of a tab that only listens, or says what no program of ours would. */
  const channel = (name: string) => new (channels.channelsOf(new Page()))(name);

  return { openTab, holds, channel };
}

/** Some tabs of one browser, all connected. */
export async function openTabs<
  const O extends readonly Parameters<ReturnType<typeof createTestBrowser>['openTab']>[0][],
>(server: TestServer, ...options: O) {
  const browser = createTestBrowser(server);
  const tabs = options.map((one) => browser.openTab(one)) as { [K in keyof O]: TestTab };
  for (const { client } of tabs) client.connect();
  await server.advance(0);
  return { browser, tabs };
}

/** A socket of a tab's class without a client, and all that came on it. */
export function openSocket(
  { WebSocket }: Pick<TestTab, 'WebSocket'>,
  claims: object = {},
  url = 'wss://a.invalid?feeds=',
) {
  const socket = new WebSocket(url, ['tidings.v1', `bearer.${tokenOf(claims)}`]);
  const frames: Frame[] = [];
  const state: { opened: boolean; closed?: number } = { opened: false };
  socket.onopen = () => Object.assign(state, { opened: true });
  socket.onmessage = ({ data }: { data: string }) => frames.push(JSON.parse(data) as Frame);
  socket.onclose = ({ code }: { code: number }) => Object.assign(state, { closed: code });
  return {
    state,
    frames,
    types: () => frames.map(({ type }) => type),
    of: (type: string) => frames.filter((frame) => frame.type === type),
    ask: (frame: object) => socket.send(JSON.stringify(frame)),
    close: () => socket.close(1000),
  };
}

interface Frame {
  readonly type?: string;
  readonly ref?: string;
  readonly topic?: string;
  readonly seq?: number;
  readonly payload?: Readonly<Record<string, unknown>>;
}
