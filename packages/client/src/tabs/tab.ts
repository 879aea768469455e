import type { Timer } from '../base/clock.ts';
import type { WebSocketLike } from '../connection/webSocketLike.ts';
import { type Leader, type LeaderOptions, openLeader } from './leader.ts';
import { type FromLeader, names, type ToLeader } from './messages.ts';
import { createVirtualSocket, type VirtualSocket } from './virtualSocket.ts';

export interface TabOptions extends LeaderOptions {
  /** The page was put away: it may come back, and takes part anew then. */
  onLeft(): void;
}

/** One tab's part: its virtual sockets, and its place among those who may become the leader. */
export interface Tab {
  open(url: string, protocols: readonly string[]): WebSocketLike;
}

/** For so long, twice, a leader may be silent after it was asked something. Then its tab is frozen or stuck. */
const patienceMs = 1_500;
const goingAway = 1001;

export function joinTabs(options: TabOptions): Tab {
  const { clock, tools } = options;
  const { locks, page, BroadcastChannel } = tools;
  const tab = crypto.randomUUID();
  const toLeader = new BroadcastChannel(names.toLeader);
  const fromLeader = new BroadcastChannel(names.fromLeader);
  const sockets = new Map<string, VirtualSocket>();
  const gone = new AbortController();
  let queued = new AbortController();
  let own: { readonly leader: Leader; release(): void } | undefined;
  let isKnown = false;
  let isHeard = true;
  let isAskedAgain = false;
  let watching: Timer | undefined;
  let made = 0;

  const say = (message: ToLeader) => {
    toLeader.postMessage(message);
    if (message.kind === 'close') return;
    if (watching) isAskedAgain = true;
    else watchLeader(2);
  };

  /** Probes the leader, and takes its place if it does not answer. */
  function watchLeader(rounds: number) {
    isHeard = isAskedAgain = false;
    watching = clock.setTimeout(() => {
      watching = undefined;
      if (isHeard) return isAskedAgain ? watchLeader(2) : undefined;
      // A tab that slept itself finds this due before what it was told meanwhile: hence a second round.
      if (rounds > 1) watchLeader(rounds - 1);
      else if (!own) campaign('steal');
    }, patienceMs);
    toLeader.postMessage({ kind: 'probe' } satisfies ToLeader);
  }

  function campaign(how: 'steal' | 'wait') {
    queued.abort();
    const mine = new AbortController();
    queued = mine;
    let won: typeof own;
    const hold = async () => {
      // A steal cannot be called off: it may be granted after the page was put away.
      if (gone.signal.aborted) return;
      await new Promise<void>((release) => {
        won = own = { leader: openLeader(options), release };
      });
    };
    void locks
      .request(names.leaderLock, how === 'steal' ? { steal: true } : { signal: mine.signal }, hold)
      // Stolen, or no longer wanted.
      .catch(() => {})
      .then(() => {
        won?.leader.stop();
        if (own === won) own = undefined;
        if (queued === mine && !gone.signal.aborted) campaign('wait');
      });
  }

  function receive(message: FromLeader) {
    isHeard = true;
    if ('to' in message) {
      for (const socket of message.to) sockets.get(socket)?.receive(message);
    } else if (message.kind === 'here') {
      for (const socket of [...sockets.values()]) socket.leaderIs(message.leader);
    }
  }

  function leave() {
    gone.abort();
    for (const socket of [...sockets.values()]) socket.end(goingAway);
    queued.abort();
    own?.leader.stop();
    own?.release();
    watching?.cancel();
    toLeader.close();
    fromLeader.close();
    for (const type of pageEnds) page?.removeEventListener(type, leave, { capture: true });
    options.onLeft();
  }

  fromLeader.onmessage = ({ data }: { data: FromLeader }) => receive(data);
  // In the back/forward cache or frozen it could not serve the others, and would keep them from what it holds.
  for (const type of pageEnds) page?.addEventListener(type, leave, { capture: true });
  const held = () =>
    new Promise<void>((release) => {
      gone.signal.addEventListener('abort', () => release());
      isKnown = true;
      for (const socket of [...sockets.values()]) socket.ask();
    });
  locks.request(names.tabLock(tab), { signal: gone.signal }, held).catch(() => {});
  campaign('wait');

  return {
    open(url, protocols) {
      const id = `${tab}/${made++}`;
      const socket = createVirtualSocket({
        // Only who has the lock of its tab can be missed by the leader.
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
