import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { WebSocket } from 'ws';
import { bundle, isThere } from './chromium.ts';
import { executablePath, quiet } from './launch.ts';

/** A page of a Chromium that is spoken to in its own protocol. */
export interface RawPage {
  /** Runs an expression in the page and waits for what it promises. */
  evaluate<T>(expression: string): Promise<T>;
  /** Stops all of its timers and events, as Chromium does to a tab that nobody has looked at for long. */
  freeze(): Promise<void>;
  wake(): Promise<void>;
  /** Goes to another address of the page's own server, and comes when that has loaded. */
  goTo(url: string): Promise<void>;
  goBack(): Promise<void>;
  close(): Promise<void>;
}

type Send = (method: string, params?: object, sessionId?: string) => Promise<Answer>;

/** What is used of the answers. */
interface Answer {
  readonly targetId: string;
  readonly sessionId: string;
  readonly result: { readonly value: never };
  readonly exceptionDetails?: { readonly exception?: { readonly description?: string } };
}

interface Devtools {
  readonly send: Send;
  /** The next event of this name that fits. */
  next(sessionId: string, method: string, fits: (params: never) => boolean): Promise<void>;
}

/**
 * A Chromium without Playwright, which keeps every tab visible, and so from being frozen, and turns the
 * back/forward cache off.
 */
export function ownDevtools(): (url: string, program: string) => Promise<RawPage> {
  let stop = async () => {};
  let devtools: Devtools | undefined;
  beforeAll(async () => {
    if (!isThere) return;
    const folder = await mkdtemp(join(tmpdir(), 'tidings-devtools-'));
    const flags = ['--headless', '--remote-debugging-port=0', `--user-data-dir=${folder}`, ...quiet];
    const child = spawn(executablePath, [...flags, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = once(child, 'exit');
    const address = await new Promise<string>((resolve, reject) => {
      let printed = '';
      child.stderr.on('data', (text) => {
        printed += String(text);
        const [found] = /ws:\/\/127\.0\.0\.1:\S+/.exec(printed) ?? [];
        if (found) resolve(found);
      });
      child.once('exit', () => reject(new Error(`Chromium ended: ${printed}`)));
    });
    const socket = new WebSocket(address);
    await once(socket, 'open');
    devtools = speak(socket);
    stop = async () => {
      await devtools?.send('Browser.close');
      await ended;
      await rm(folder, { recursive: true, force: true });
    };
  });
  afterAll(() => stop());
  return (url, program) => {
    if (!devtools) throw new Error('the browser runs only while tests do');
    return openPage(devtools, url, program);
  };
}

interface Said {
  readonly id?: number;
  readonly result: never;
  readonly error?: { readonly message: string };
  readonly method?: string;
  readonly params: never;
  readonly sessionId?: string;
}

function speak(socket: WebSocket): Devtools {
  const waiting = new Map<number, { resolve(result: never): void; reject(error: Error): void }>();
  const listeners = new Set<(said: Said) => void>();
  let asked = 0;
  socket.on('message', (data) => {
    const said = JSON.parse(String(data)) as Said;
    const { id, result, error } = said;
    for (const listener of [...listeners]) listener(said);
    const one = waiting.get(id ?? 0);
    waiting.delete(id ?? 0);
    if (error) one?.reject(new Error(error.message));
    else one?.resolve(result);
  });
  return {
    send: (method, params = {}, sessionId) =>
      new Promise((resolve, reject) => {
        waiting.set(++asked, { resolve, reject });
        socket.send(JSON.stringify({ id: asked, method, params, sessionId }));
      }),
    next: (sessionId, method, fits) =>
      new Promise((resolve) => {
        const listener = (said: Said) => {
          if (said.sessionId !== sessionId || said.method !== method || !fits(said.params)) return;
          listeners.delete(listener);
          resolve();
        };
        listeners.add(listener);
      }),
  };
}

async function openPage({ send, next }: Devtools, url: string, program: string): Promise<RawPage> {
  const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
  const tell = (method: string, params: object = {}) => send(method, params, sessionId);

  async function evaluate<T>(expression: string): Promise<T> {
    const question = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await tell('Runtime.evaluate', question);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? 'the page threw');
    return result.value;
  }

  /** Does what leads to an address, and resolves when the page that is there has loaded, or is back. */
  async function go(to: string, begin: () => Promise<unknown>) {
    const arrived = next(
      sessionId,
      'Page.frameNavigated',
      ({ frame }: { frame: { url: string } }) => frame.url === to,
    );
    await begin();
    await arrived;
    await evaluate(
      `new Promise((done) => (document.readyState === 'complete' ? done() : addEventListener('load', () => done())))`,
    );
  }

  await tell('Page.enable');
  const goTo = (to: string) => go(to, () => tell('Page.navigate', { url: to }));
  await goTo(url);
  await evaluate(`${await bundle(program)};void 0`);
  return {
    evaluate,
    freeze: async () => void (await tell('Page.setWebLifecycleState', { state: 'frozen' })),
    wake: async () => void (await tell('Page.setWebLifecycleState', { state: 'active' })),
    goTo,
    goBack: () => go(url, () => tell('Runtime.evaluate', { expression: 'history.back()' })),
    close: async () => void (await send('Target.closeTarget', { targetId })),
  };
}
