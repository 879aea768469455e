import type { Clock } from '../base/clock.ts';
import type { ClientFeature } from '../clientFeature.ts';
import type { WebSocketConstructor } from '../connection/webSocketLike.ts';
import type { TabTools } from './browser.ts';
import { claimsOf } from './claims.ts';
import { type FromLeader, names, type ToLeader, type ToSockets } from './messages.ts';
import { openSharedConnection, type SharedConnection } from './sharedConnection.ts';

export interface LeaderOptions {
  readonly clock: Clock;
  readonly tools: TabTools;
  readonly WebSocket: WebSocketConstructor;
  readonly passingClaims: readonly string[];
  readonly features: readonly ClientFeature[];
}

/**
 * The one tab's part that holds the real sockets, for the virtual ones of all tabs. A SharedWorker would not be
 * closed with a tab, but is a script that an app would have to serve, and not every phone's browser has it.
 */
export interface Leader {
  /** Closes the real sockets: another tab is the leader, or will be. */
  stop(): void;
}

const goingAway = 1001;

export function openLeader({ clock, tools, WebSocket, passingClaims, features }: LeaderOptions): Leader {
  const leader = crypto.randomUUID();
  const { locks, BroadcastChannel } = tools;
  const toLeader = new BroadcastChannel(names.toLeader);
  const fromLeader = new BroadcastChannel(names.fromLeader);
  const connections = new Set<SharedConnection>();
  /** Until the socket says that it is closed, which it also does when it was told so. */
  const sockets = new Map<string, { readonly tab: string; readonly connection: SharedConnection }>();
  const watched = new Set<string>();
  const over = new AbortController();
  let refs = 0;

  const say = (message: { kind: 'here' | 'alive' } | (ToSockets & { to: readonly string[] })) =>
    fromLeader.postMessage({ leader, ...message } satisfies FromLeader);
  const tell = (to: readonly string[], message: ToSockets) => say({ to, ...message });

  function open({ tab, socket, url, protocols }: Extract<ToLeader, { kind: 'open' }>) {
    // A tab asks again if it does not know whether it was heard.
    if (sockets.has(socket)) return;
    watch(tab);
    tell([socket], { kind: 'taken' });
    const claims = claimsOf(url, protocols, passingClaims) ?? '';
    const connection = [...connections].find((one) => one.takes(claims)) ?? connect(url, protocols);
    if (typeof connection === 'string')
      return tell([socket], { kind: 'ended', code: goingAway, failure: connection });
    sockets.set(socket, { tab, connection });
    connection.join(socket);
  }

  /** @returns the connection, or why there is none. */
  function connect(url: string, protocols: readonly string[]): SharedConnection | string {
    const newRef = () => `${leader}-${refs++}`;
    const onEnd = () => void connections.delete(connection);
    const given = { clock, WebSocket, url, protocols, passingClaims, features };
    let connection: SharedConnection;
    try {
      connection = openSharedConnection({ ...given, newRef, tell, onEnd });
      connections.add(connection);
      return connection;
    } catch (error) {
      // An address that a WebSocket does not take.
      return (error as Error).name;
    }
  }

  function close(socket: string) {
    const entry = sockets.get(socket);
    sockets.delete(socket);
    entry?.connection.leave(socket);
  }

  /** A tab holds a lock for as long as it lives; who gets it learns of its end, however it came about. */
  function watch(tab: string) {
    if (watched.has(tab)) return;
    watched.add(tab);
    const ended = () => {
      for (const [socket, entry] of [...sockets]) if (entry.tab === tab) close(socket);
    };
    locks.request(names.tabLock(tab), { signal: over.signal }, ended).catch(() => {});
  }

  toLeader.onmessage = ({ data }: { data: ToLeader }) => {
    if (data.kind === 'open') open(data);
    else if (data.kind === 'send') sockets.get(data.socket)?.connection.send(data.socket, data.text);
    else if (data.kind === 'close') close(data.socket);
    else say({ kind: 'alive' });
  };
  say({ kind: 'here' });

  return {
    stop() {
      over.abort();
      for (const connection of [...connections]) connection.end(goingAway);
      toLeader.close();
      fromLeader.close();
    },
  };
}
