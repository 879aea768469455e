import { clientFeatures as features } from '../../../features/clients.ts';
import { type Clock, createClient, type Status, systemClock } from '../../../packages/client/src/index.ts';
import { sharedWebSocket } from '../../../packages/client/src/tabs/index.ts';
import { countSockets } from './countSockets.ts';

// The types of a DOM are not those of this program: Node runs most of it.
const { location, document, dispatchEvent } = globalThis as unknown as {
  location: { origin: string };
  document: EventTarget;
  dispatchEvent(event: Event): void;
};

export interface Person {
  readonly user: string;
  readonly tenant: string;
  readonly roles: readonly string[];
  readonly clients?: readonly string[];
  readonly expiresIn?: string;
  /** Whether its tabs have one socket between them. */
  readonly shares?: boolean;
}

/** A clock that a test may put forward. */
function movableClock(): Clock & { forward(ms: number): void } {
  let aheadMs = 0;
  return {
    ...systemClock,
    now: () => systemClock.now() + aheadMs,
    forward(ms) {
      aheadMs += ms;
    },
  };
}

/** A tab that follows the client `acme` and its own user, and tells the test what it saw. */
function createTab({ shares = false, ...person }: Person) {
  const clock = movableClock();
  const forced: boolean[] = [];
  const waiting = new Set<() => void>();
  const look = () => {
    for (const one of [...waiting]) one();
  };
  const sockets = countSockets(look);
  const client = createClient({
    features,
    url: `${location.origin.replace('http', 'ws')}/dev`,
    WebSocket: shares ? sharedWebSocket({ features, WebSocket: sockets.WebSocket }) : sockets.WebSocket,
    clock,
    async getToken({ force }) {
      forced.push(force);
      look();
      const answer = await fetch('/issuer/token', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(person),
      });
      // Nothing in the place of a token would mean that the user has signed out.
      if (!answer.ok) throw new Error(`the issuer answered ${answer.status}`);
      return ((await answer.json()) as { token: string }).token;
    },
    // Tries again soon, and yet not without a pause.
    random: () => 0.02,
    clientId: `${person.user}-${crypto.randomUUID().slice(0, 8)}`,
  });
  const seen: number[] = [];
  const messages: string[] = [];
  const resets: string[] = [];
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      const one = () => {
        if (!holds()) return;
        waiting.delete(one);
        resolve();
      };
      waiting.add(one);
      one();
    });
  const acme = client.topic('client', 'acme');
  acme.on('interaction', ({ seq = 0 }) => {
    seen.push(seq);
    look();
  });
  acme.on('reset', ({ topic }) => void resets.push(topic));
  client.topic('user').on('message', ({ payload }) => {
    messages.push(payload.body);
    look();
  });
  const said: string[] = [];
  const lobby = client.topic('room', 'lobby');
  const statuses: Status[] = [];
  client.status.subscribe(() => {
    statuses.push(client.status.getSnapshot());
    look();
  });
  const record = async () => {
    const { total } = await client.request('interaction.record', { clientId: 'acme', kind: 'click' });
    return total;
  };
  const state = () => client.status.getSnapshot();

  return {
    joined: () => Promise.all([acme.joined(), client.topic('user').joined()]).then(() => undefined),
    record,
    /** Records so often, a few at a time, and gives the totals. */
    async load(count: number) {
      const totals: number[] = [];
      let left = count;
      const lane = async () => {
        while (left-- > 0) totals.push(await record());
      };
      await Promise.all([lane(), lane(), lane()]);
      return totals;
    },
    untilRenewed: () => until(() => forced.includes(true)).then(() => client.ping()),
    untilSeen: (seq: number) => until(() => seen.includes(seq)),
    untilMessage: (body: string) => until(() => messages.includes(body)),
    async enterRoom() {
      lobby.on('room.message', ({ payload }) => {
        said.push(payload.body);
        look();
      });
      await lobby.joined();
    },
    say: (body: string) => client.request('room.send', { body }, { topic: lobby.name }).then(() => undefined),
    untilSaid: (body: string) => until(() => said.includes(body)),
    /** Of the real sockets of this tab. */
    untilOpened: (count: number) => until(() => sockets.opened() >= count),
    untilNoneIsOpen: () => until(() => sockets.open() === 0),
    untilState: (wanted: Status['state']) => until(() => state().state === wanted),
    untilConnectionIsNot: (connectionId: string) =>
      until(() => state().session !== undefined && state().session?.connectionId !== connectionId),
    /** What a browser says when somebody looks at the tab again. */
    look: () => void document.dispatchEvent(new Event('visibilitychange')),
    /** Lets the client believe that so much time has passed, as after a sleep of the machine. */
    forward(ms: number) {
      clock.forward(ms);
      dispatchEvent(new Event('online'));
    },
    report: () => ({
      seen,
      messages,
      said,
      resets,
      forced,
      states: statuses.map((one) => one.state),
      connectionId: state().session?.connectionId ?? '',
      snapshot: acme.snapshot,
      opened: sockets.opened(),
      open: sockets.open(),
    }),
  };
}

export type Tab = ReturnType<typeof createTab>;

Object.assign(globalThis, { createTab });
