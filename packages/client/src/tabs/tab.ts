import type { Timer } from '../base/clock.ts';
import type { WebSocketLike } from '../connection/webSocketLike.ts';
import { type Hub, type HubOptions, openHub } from './leader.ts';
import { type FromHub, names, type ToHub } from './messages.ts';
import { createVirtualSocket, type VirtualSocket } from './virtualSocket.ts';

export interface TabOptions extends HubOptions {
  /** The page was put away: it may come back, and takes part anew then. */
  onLeft(): void;
}

/** One tab's part: its virtual sockets, and its place among those who may become the hub. */
export interface Tab {
  open(url: string, protocols: readonly string[]): WebSocketLike;
}

/** For so long, twice, a hub may be silent after it was asked something. Then its tab is frozen or stuck. */
const patienceMs = 1_500;
const goingAway = 1001;

export function joinTabs(options: TabOptions): Tab {
  const { clock, tools } = options;
  const { locks, page, BroadcastChannel } = tools;
  const tab = crypto.randomUUID();
  const toHub = new BroadcastChannel(names.toHub);
  const fromHub = new BroadcastChannel(names.fromHub);
  const sockets = new Map<string, VirtualSocket>();
  const gone = new AbortController();
  let queued = new AbortController();
  let own: { readonly hub: Hub; release(): void } | undefined;
  let isKnown = false;
  let isHeard = true;
  let isAskedAgain = false;
  let watching: Timer | undefined;
  let made = 0;

  const say = (message: ToHub) => {
    toHub.postMessage(message);
    if (message.kind === 'close') return;
    if (watching) isAskedAgain = true;
    else watchHub(2);
  };

  /** Probes the hub, and takes its place if it does not answer. */
  function watchHub(rounds: number) {
    isHeard = isAskedAgain = false;
    watching = clock.setTimeout(() => {
      watching = undefined;
      if (isHeard) return isAskedAgain ? watchHub(2) : undefined;
      // A tab that slept itself finds this due before what it was told meanwhile: hence a second round.
      if (rounds > 1) watchHub(rounds - 1);
      else if (!own) campaign(true);
    }, patienceMs);
    toHub.postMessage({ kind: 'probe' } satisfies ToHub);
  }

  function campaign(steal: boolean) {
    queued.abort();
    const mine = new AbortController();
    queued = mine;
    let won: typeof own;
    const hold = async () => {
      // A steal cannot be called off: it may be granted after the page was put away.
      if (gone.signal.aborted) return;
      await new Promise<void>((release) => {
        won = own = { hub: openHub(options), release };
      });
    };
    void locks
      .request(names.hubLock, steal ? { steal } : { signal: mine.signal }, hold)
      // Stolen, or no longer wanted.
      .catch(() => {})
      .then(() => {
        won?.hub.stop();
        if (own === won) own = undefined;
        if (queued === mine && !gone.signal.aborted) campaign(false);
      });
  }

  function receive(message: FromHub) {
    isHeard = true;
    if ('to' in message) {
      for (const socket of message.to) sockets.get(socket)?.receive(message);
    } else if (message.kind === 'here') {
      for (const socket of [...sockets.values()]) socket.hubIs(message.hub);
    }
  }

  function leave() {
    gone.abort();
    for (const socket of [...sockets.values()]) socket.end(goingAway);
    queued.abort();
    own?.hub.stop();
    own?.release();
    watching?.cancel();
    toHub.close();
    fromHub.close();
    for (const type of pageEnds) page?.removeEventListener(type, leave, { capture: true });
    options.onLeft();
  }

  fromHub.onmessage = ({ data }: { data: FromHub }) => receive(data);
  // In the back/forward cache or frozen it could not serve the others, and would keep them from what it holds.
  for (const type of pageEnds) page?.addEventListener(type, leave, { capture: true });
  const held = () =>
    new Promise<void>((release) => {
      gone.signal.addEventListener('abort', () => release());
      isKnown = true;
      for (const socket of [...sockets.values()]) socket.ask();
    });
  locks.request(names.tabLock(tab), { signal: gone.signal }, held).catch(() => {});
  campaign(false);

  return {
    open(url, protocols) {
      const id = `${tab}/${made++}`;
      const socket = createVirtualSocket({
        // Only who has the lock of its tab can be missed by the hub.
        ask() {
          if (isKnown) say({ kind: 'open', tab, socket: id, url, protocols });
        },
        send: (text) => say({ kind: 'send', socket: id, text }),
        onClose() {
          sockets.delete(id);
          say({ kind: 'close', socket: id });
        },
      });
      sockets.set(id, socket);
      socket.ask();
      return socket.face;
    },
  };
}

const pageEnds = ['pagehide', 'freeze'] as const;
