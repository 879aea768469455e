import type { Random } from '../core/ports.ts';
import { asks, type Reply, type Wish } from './asks.ts';
import type { Gateway, Line } from './gateway.ts';
import { type CaughtUp, type Event, inbox } from './inbox.ts';
import type { Journal } from './journal.ts';
import { feedsOf, mayFollow, type Person, rightsNow } from './people.ts';
import type { Scheduler } from './scheduler.ts';

export interface DeviceParts {
  readonly name: string;
  readonly person: Person;
  readonly gateway: Gateway;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly journal: Journal;
  readonly issue: (person: Person, lifeMs: number) => { token: string; expiresAt: number };
  /** An event, in its order and once. */
  readonly onEvent?: (event: Event) => void;
}

interface Session {
  readonly line: Line;
  connectionId: string | undefined;
  ready: boolean;
  rights: Person;
  readonly calls: (() => void)[];
}

const minuteMs = 60_000;

/** The reference client: it keeps order, takes each event once, repairs gaps and repeats what was not answered. */
export function device(parts: DeviceParts) {
  const { name, person, gateway, scheduler, random, journal } = parts;
  let session: Session | undefined;
  let stopped = false;
  /** Towards the end nobody's rights change any more, and nobody forgets to renew. */
  let steady = false;
  let callOffDial = () => {};
  const rooms = new Set<string>();
  const repairing = new Set<string>();
  let box = newInbox();

  const requests = asks({
    name,
    scheduler,
    random,
    journal,
    send(text, ref) {
      if (session?.connectionId === undefined) return undefined;
      session.line.send(text, ref);
      return session.connectionId;
    },
    onSilence: () => hangUp('killed'),
    onStranger: () => hangUp('closed'),
  });

  function newInbox() {
    return inbox({
      scheduler,
      deliver(event) {
        const { topic, epoch, seq, id, payload } = event;
        journal.note('deliver', { d: name, topic, epoch, seq, ...(id ? { id } : { payload }) });
        parts.onEvent?.(event);
      },
      reset: (topic, { epoch, seq }, snapshot) =>
        journal.note('reset', { d: name, topic, epoch, seq, snapshot }),
      repair: (topic) => void repair(topic),
    });
  }

  const dial = (delayMs: number) => {
    callOffDial();
    callOffDial = scheduler.after(delayMs, () => {
      if (session || stopped) return;
      const rights = steady ? person : rightsNow(random, person);
      const lifeMs = random.fraction() < 0.2 ? 3 * 3_600_000 : (4 + random.fraction() * 8) * minuteMs;
      const { token, expiresAt } = parts.issue(rights, lifeMs);
      const line = gateway.dial({ device: name, tenant: person.tenant, user: person.user }, token, {
        onOpen: (connectionId) => open(own, connectionId, expiresAt),
        onRefused: (status) => {
          if (session !== own) return;
          session = undefined;
          dial((status === 429 ? 5000 : 1000) * (1 + random.fraction() * 3));
        },
        onFrame: (text) => hear(own, text),
        onClose: () => session === own && lost(),
      });
      const own: Session = { line, connectionId: undefined, ready: false, rights, calls: [] };
      session = own;
      own.calls.push(scheduler.after(35_000, () => own.connectionId ?? hangUp('closed')));
    });
  };

  const lost = () => {
    for (const callOff of session?.calls ?? []) callOff();
    session = undefined;
    repairing.clear();
    requests.onLineLost();
    if (!stopped) dial(500 + random.fraction() * 4000);
  };

  const hangUp = (how: 'closed' | 'killed' | 'silent', awayMs?: number) => {
    if (!session) return;
    journal.note('left', { d: name, conn: session.connectionId, how });
    session.line.leave(how);
    lost();
    if (awayMs !== undefined) dial(awayMs);
  };

  const open = (own: Session, connectionId: string, expiresAt: number) => {
    if (session !== own) return;
    own.connectionId = connectionId;
    noteRights(own, expiresAt);
    void greet(own);
    const beat = () => {
      void sync(own);
      own.calls.push(scheduler.after(minuteMs, beat));
    };
    own.calls.push(scheduler.after(minuteMs * (0.5 + random.fraction()), beat));
    planRenewal(own, expiresAt);
  };

  const noteRights = ({ connectionId: conn, rights }: Session, expiresAt: number) => {
    const { tenant, user, roles, clients } = rights;
    journal.note('rights', { d: name, conn, tenant, user, roles, clients, exp: expiresAt });
  };

  const followed = (rights: Person) => [...feedsOf(rights), ...rooms];

  const greet = async (own: Session) => {
    for (const topic of [...box.positions().keys()]) {
      if (!mayFollow(own.rights, topic)) box.leave(topic);
    }
    if (!mayFollow(own.rights, 'msp')) box.leave('client:*');
    const topics = followed(own.rights);
    const subs = topics.map((topic) => ({ topic, ...sinceField(topic) }));
    const reply = await requests.ask({ action: 'hello', payload: { v: 1, clientId: name, subs } });
    if (session !== own) return;
    if (reply?.type !== 'ack') {
      own.calls.push(scheduler.after(1000, () => session === own && void greet(own)));
      return;
    }
    for (const entry of reply.payload.subs as (CaughtUp & { topic: string; error?: object })[]) {
      if (entry.error) box.leave(entry.topic);
      else if (box.catchUp(entry.topic, entry)) void repair(entry.topic);
    }
    own.ready = true;
    requests.resume();
  };

  const sinceField = (topic: string) => {
    const since = box.sinceOf(topic);
    return since ? { since } : {};
  };

  const repair = async (topic: string): Promise<void> => {
    const own = session;
    if (!own?.ready || repairing.has(topic) || !mayFollow(own.rights, topic)) return;
    repairing.add(topic);
    let more = true;
    while (more && session === own) {
      const reply = await requests.ask({ action: 'subscribe', topic, payload: sinceField(topic) });
      if (session !== own) return;
      more = reply?.type === 'subscribed' && box.catchUp(topic, reply.payload as unknown as CaughtUp);
    }
    repairing.delete(topic);
  };

  const sync = async (own: Session) => {
    if (session !== own || !own.ready) return;
    const heads: Record<string, unknown> = {};
    for (const topic of [...followed(own.rights), ...box.positions().keys()]) {
      heads[topic] = box.sinceOf(topic) ?? { seq: 0 };
    }
    if (heads['client:*'] && !box.sinceOf('client:*')) heads['client:*'] = { at: 0 };
    const reply = await requests.ask({ action: 'sync', payload: { heads } });
    if (session !== own || !reply) return;
    if (reply.type !== 'ack') {
      if (reply.payload.code === 'forbidden') void greet(own);
      return;
    }
    const behind = reply.payload.behind as Record<string, { epoch: string | null; seq: number }>;
    for (const [topic, head] of Object.entries(behind)) {
      const has = box.positionOf(topic);
      if (has?.epoch !== head.epoch || has.seq < head.seq) void repair(topic);
    }
  };

  const planRenewal = (own: Session, expiresAt: number) => {
    const leftMs = expiresAt - scheduler.now();
    if (!steady && random.fraction() < 0.25) return;
    own.calls.push(scheduler.after(leftMs * 0.8, () => void renew(own)));
  };

  const renew = async (own: Session) => {
    if (session !== own) return;
    const rights = steady ? person : rightsNow(random, person);
    const { token, expiresAt } = parts.issue(rights, (4 + random.fraction() * 8) * minuteMs);
    const { roles, clients, tenant, user } = rights;
    journal.note('renewing', {
      d: name,
      conn: own.connectionId,
      tenant,
      user,
      roles,
      clients,
      exp: expiresAt,
    });
    const reply = await requests.ask({ action: 'auth', payload: { token } });
    if (session !== own) return;
    if (reply?.type !== 'ack') {
      own.calls.push(scheduler.after(2000, () => void renew(own)));
      return;
    }
    own.rights = rights;
    noteRights(own, expiresAt);
    for (const topic of [...box.positions().keys()]) if (!mayFollow(rights, topic)) box.leave(topic);
    if (!mayFollow(rights, 'msp')) box.leave('client:*');
    for (const topic of feedsOf(rights)) if (!box.sinceOf(topic)) void repair(topic);
    planRenewal(own, expiresAt);
  };

  const hear = (own: Session, text: string) => {
    if (session !== own) return;
    journal.note('got', { d: name, conn: own.connectionId, frame: text });
    const frame = JSON.parse(text);
    if (frame.type === undefined) return requests.onBroken();
    if (frame.type === 'ack' || frame.type === 'subscribed' || frame.type === 'error') {
      return requests.onReply(frame as Reply);
    }
    if (frame.type === 'resync') return void repair(frame.topic);
    if (frame.type === 'unsubscribed') return box.leave(frame.topic);
    if (frame.type === 'disconnect') return goodbye(own, frame.payload.code);
    if (typeof frame.seq === 'number') box.take(frame as Event);
  };

  /** The socket closes after this; if it does not, we go by ourselves. Whoever was replaced stays away for a while. */
  const goodbye = (own: Session, code: number) => {
    const awayMs = code === 4409 ? 90_000 * (1 + random.fraction()) : 1000;
    own.calls.push(scheduler.after(1500, () => session === own && hangUp('closed', awayMs)));
  };

  return {
    name,
    person,
    start: () => dial(random.fraction() * 30_000),
    steady() {
      steady = true;
    },
    /** Ends for good. */
    stop() {
      stopped = true;
      hangUp('silent');
    },
    hangUp,
    repair,
    isReady: () => session?.ready === true,
    rooms: () => [...rooms],
    position: box.positionOf,
    unanswered: requests.unanswered,
    /** What should have reached it by now, for the auditor. */
    standing: () => ({
      d: name,
      ready: session?.ready === true,
      conn: session?.connectionId,
      topics: session ? followed(session.rights) : [],
      unanswered: requests.unanswered(),
    }),
    /** Asks for a change until it is answered. What was said in a room is our own from the ack on: it is not sent to us. */
    async change(wish: Wish): Promise<Reply | undefined> {
      const reply = await requests.ask(wish, { lasting: true });
      if (reply?.type === 'ack' && wish.action === 'room.send' && wish.topic) {
        const { epoch, seq } = reply.payload as { epoch: string; seq: number };
        if (rooms.has(wish.topic)) {
          box.take({ topic: wish.topic, epoch, seq, payload: wish.payload ?? {} });
        }
      }
      return reply;
    },
    ask: (wish: Wish) => requests.ask(wish),
    async enter(room: string) {
      rooms.add(room);
      await repair(room);
    },
    async leaveRoom(room: string) {
      rooms.delete(room);
      await requests.ask({ action: 'unsubscribe', topic: room });
      if (!rooms.has(room)) box.leave(room);
    },
    /** The page is loaded anew: it has forgotten where it was. */
    reload() {
      hangUp('killed');
      journal.note('reload', { d: name });
      box = newInbox();
    },
  };
}

export type Device = ReturnType<typeof device>;
