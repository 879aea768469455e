import type { Store, WebSocketConstructor } from '@tidings/client';
import { type FrameEntry, parseFrame, readFrame, type SocketEntry, type WireEntry } from './entry.ts';
import type { Greeting } from './greeting.ts';
import { createRing } from './ring.ts';
import type { WireRange, WireSource } from './wireSource.ts';

/** Records all that a client sends and gets. */
export interface Wire extends WireSource {
  /** Give this to `createClient`. */
  readonly WebSocket: WebSocketConstructor;
  /** The answer to the newest `hello`. */
  readonly greeting: Store<Greeting | undefined>;
  clear(): void;
  /** Sends a text as it is on the newest socket that is open. @returns whether there was one */
  send(text: string): boolean;
}

export interface WireOptions {
  /** @default 20,000 */
  readonly capacity?: number;
  readonly now?: () => number;
  /** When listeners are told of what came: so many come at once that each by itself would be too often. @default the next picture */
  readonly later?: (tell: () => void) => void;
  readonly WebSocket?: typeof globalThis.WebSocket;
}

const nextPicture = (tell: () => void) => void requestAnimationFrame(tell);

export function createWire(options: WireOptions = {}): Wire {
  const { capacity = 20_000, now = Date.now, later = nextPicture } = options;
  const ring = createRing<WireEntry>(capacity);
  const range = laterStore<WireRange>({ first: 0, next: 0 }, later);
  const greeting = laterStore<Greeting | undefined>(undefined, later);
  const open = new Set<WebSocket>();
  const hellos = new Set<string>();
  let sockets = 0;

  type New<T> = Omit<T, 'number' | 'at'>;
  function add(entry: New<FrameEntry> | New<SocketEntry>) {
    ring.push({ number: ring.next(), at: now(), ...entry } as WireEntry);
    range.set({ first: ring.first(), next: ring.next() });
  }

  function frame(socket: number, direction: 'in' | 'out', text: string) {
    const read = readFrame(direction, text);
    add({ socket, ...read });
    if (read.ref === undefined) return;
    if (read.name === 'hello') hellos.add(read.ref);
    else if (direction === 'in' && hellos.delete(read.ref) && read.name === 'ack') {
      greeting.set(parseFrame(text).payload as Greeting);
    }
  }

  const Base = options.WebSocket ?? globalThis.WebSocket;
  /** The browser's own, whose frames are written down on their way. */
  class RecordedWebSocket extends Base {
    readonly #number = ++sockets;
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      const socket = this.#number;
      add({ socket, kind: 'socket', event: 'opening' });
      this.addEventListener('open', () => {
        open.add(this);
        add({ socket, kind: 'socket', event: 'open' });
      });
      this.addEventListener('message', ({ data }) => frame(socket, 'in', String(data)));
      this.addEventListener('error', () => add({ socket, kind: 'socket', event: 'error' }));
      this.addEventListener('close', ({ code, reason }) => {
        open.delete(this);
        add({ socket, kind: 'socket', event: 'closed', code, reason });
      });
    }
    override send(data: string) {
      frame(this.#number, 'out', data);
      super.send(data);
    }
  }

  return {
    WebSocket: RecordedWebSocket as WebSocketConstructor,
    subscribe: range.subscribe,
    getSnapshot: range.getSnapshot,
    greeting,
    entry: ring.at,
    clear() {
      ring.clear();
      range.set({ first: ring.first(), next: ring.next() });
    },
    send(text) {
      const socket = [...open].findLast(({ readyState }) => readyState === Base.OPEN);
      socket?.send(text);
      return socket !== undefined;
    },
  };
}

/** A store whose listeners hear of several changes at once. Its snapshot changes with them, as React asks for. */
function laterStore<T>(initial: T, later: (tell: () => void) => void) {
  const listeners = new Set<() => void>();
  let shown = initial;
  let value = initial;
  let isDue = false;
  return {
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    getSnapshot: () => shown,
    set(next: T) {
      value = next;
      if (isDue) return;
      isDue = true;
      later(() => {
        isDue = false;
        shown = value;
        for (const listener of listeners) listener();
      });
    },
  };
}
