import type { Clock } from '../base/clock.ts';
import type { WebSocketConstructor } from '../connection/webSocketLike.ts';
import type { TabTools } from './browser.ts';
import { rightsOf } from './claims.ts';
import { type FromHub, names, type ToHub, type ToSockets } from './messages.ts';
import { openTrunk, type Trunk } from './sharedConnection.ts';

export interface HubOptions {
  readonly clock: Clock;
  readonly tools: TabTools;
  readonly WebSocket: WebSocketConstructor;
  readonly passingClaims: readonly string[];
  readonly echoes: Readonly<Record<string, string>>;
}

/**
 * The one tab's part that holds the real sockets, for the virtual ones of all tabs. A SharedWorker would not be
 * closed with a tab, but is a script that an app would have to serve, and not every phone's browser has it.
 */
export interface Hub {
  /** Closes the real sockets: another tab is the hub, or will be. */
  stop(): void;
}

const goingAway = 1001;

export function openHub({ clock, tools, WebSocket, passingClaims, echoes }: HubOptions): Hub {
  const hub = crypto.randomUUID();
  const { locks, BroadcastChannel } = tools;
  const toHub = new BroadcastChannel(names.toHub);
  const fromHub = new BroadcastChannel(names.fromHub);
  const trunks = new Set<Trunk>();
  /** Until the socket says that it is closed, which it also does when it was told so. */
  const places = new Map<string, { readonly tab: string; readonly trunk: Trunk }>();
  const watched = new Set<string>();
  const over = new AbortController();
  let refs = 0;

  const say = (message: { kind: 'here' | 'alive' } | (ToSockets & { to: readonly string[] })) =>
    fromHub.postMessage({ hub, ...message } satisfies FromHub);
  const tell = (to: readonly string[], message: ToSockets) => say({ to, ...message });

  function open({ tab, socket, url, protocols }: Extract<ToHub, { kind: 'open' }>) {
    // A tab asks again if it does not know whether it was heard.
    if (places.has(socket)) return;
    watch(tab);
    tell([socket], { kind: 'taken' });
    const rights = rightsOf(url, protocols, passingClaims) ?? '';
    const trunk = [...trunks].find((one) => one.takes(rights)) ?? connect(url, protocols);
    if (typeof trunk === 'string') return tell([socket], { kind: 'ended', code: goingAway, failure: trunk });
    places.set(socket, { tab, trunk });
    trunk.join(socket);
  }

  /** @returns the trunk, or why there is none. */
  function connect(url: string, protocols: readonly string[]): Trunk | string {
    const newRef = () => `${hub}-${refs++}`;
    const onEnd = () => void trunks.delete(trunk);
    const given = { clock, WebSocket, url, protocols, passingClaims, echoes };
    let trunk: Trunk;
    try {
      trunk = openTrunk({ ...given, newRef, tell, onEnd });
      trunks.add(trunk);
      return trunk;
    } catch (error) {
      // An address that a WebSocket does not take.
      return (error as Error).name;
    }
  }

  function close(socket: string) {
    const place = places.get(socket);
    places.delete(socket);
    place?.trunk.leave(socket);
  }

  /** A tab holds a lock for as long as it lives; who gets it learns of its end, however it came about. */
  function watch(tab: string) {
    if (watched.has(tab)) return;
    watched.add(tab);
    const ended = () => {
      for (const [socket, place] of [...places]) if (place.tab === tab) close(socket);
    };
    locks.request(names.tabLock(tab), { signal: over.signal }, ended).catch(() => {});
  }

  toHub.onmessage = ({ data }: { data: ToHub }) => {
    if (data.kind === 'open') open(data);
    else if (data.kind === 'send') places.get(data.socket)?.trunk.send(data.socket, data.text);
    else if (data.kind === 'close') close(data.socket);
    else say({ kind: 'alive' });
  };
  say({ kind: 'here' });

  return {
    stop() {
      over.abort();
      for (const trunk of [...trunks]) trunk.end(goingAway);
      toHub.close();
      fromHub.close();
    },
  };
}
