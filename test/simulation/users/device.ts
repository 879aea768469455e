import type { Random } from '../../../core/ports.ts';
import type { Journal } from '../journal.ts';
import type { Gateway, Line } from '../world/gateway.ts';
import type { Scheduler } from '../world/scheduler.ts';
import { asks, type Intent, type Reply } from './asks.ts';
import { type Following, follower } from './follower.ts';
import type { Event } from './inbox.ts';
import type { Person } from './people.ts';
import { type Issue, noteToken, type Pass, tokensOf } from './tokens.ts';
import { unpacked } from './unpacked.ts';

export interface DeviceParts {
  readonly name: string;
  readonly person: Person;
  readonly gateway: Gateway;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly journal: Journal;
  readonly issue: Issue;
  /** An event, in its order and once. */
  readonly onEvent?: (event: Event) => void;
}

interface Session extends Following {
  readonly line: Line;
  connectionId: string | undefined;
  ready: boolean;
  rights: Person;
  readonly calls: (() => void)[];
}

const minuteMs = 60_000;
/** Every second one. */
const understandsBatches = (name: string) => Number(/\d+$/.exec(name)?.[0] ?? 0) % 2 === 0;

/** The reference client: it keeps order, takes each event once, repairs gaps and repeats what was not answered. */
export function device(parts: DeviceParts) {
  const { name, person, gateway, scheduler, random, journal } = parts;
  const tokens = tokensOf(parts);
  const batches = understandsBatches(name);
  let session: Session | undefined;
  let stopped = false;
  /** Towards the end nobody forgets to renew. */
  let steady = false;
  let callOffDial = () => {};

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
  const following = follower({
    name,
    batches,
    scheduler,
    journal,
    ask: (intent) => requests.ask(intent),
    session: () => session,
    onEvent: (event) => parts.onEvent?.(event),
  });

  const dial = (delayMs: number) => {
    callOffDial();
    callOffDial = scheduler.after(delayMs, () => {
      if (session || stopped) return;
      const pass = tokens.forHandshake();
      const who = { device: name, tenant: person.tenant, user: person.user, iat: pass.issuedAt };
      const ears = {
        onOpen: (connectionId: string) => open(own, connectionId, pass),
        onRefused: (status: number) => {
          if (status === 401 || status === 403) tokens.discard();
          if (session !== own) return;
          session = undefined;
          dial((status === 429 ? 20_000 : 1000) * (1 + random.fraction() * 3));
        },
        onFrame: (text: string) => hear(own, text),
        onClose: () => session === own && lost(),
      };
      const line = gateway.dial(who, pass.token, ears, batches ? '?features=batch' : '');
      const own: Session = { line, connectionId: undefined, ready: false, rights: pass.rights, calls: [] };
      session = own;
      const isStillOpening = () => session === own && own.connectionId === undefined;
      own.calls.push(scheduler.after(35_000, () => isStillOpening() && hangUp('closed')));
    });
  };

  const lost = () => {
    for (const callOff of session?.calls ?? []) callOff();
    session = undefined;
    following.onLineLost();
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

  const open = (own: Session, connectionId: string, pass: Pass) => {
    if (session !== own) return;
    own.connectionId = connectionId;
    noteRights('rights', own, pass);
    void greet(own);
    const beat = () => {
      void sync(own);
      own.calls.push(scheduler.after(minuteMs, beat));
    };
    own.calls.push(scheduler.after(minuteMs * (0.5 + random.fraction()), beat));
    planRenewal(own, pass.expiresAt);
  };

  const noteRights = (kind: 'rights' | 'renewing', { connectionId: conn }: Session, pass: Pass) =>
    noteToken(journal, kind, { d: name, conn }, pass);

  const greet = async (own: Session) => {
    const greeted = await following.greet(own);
    if (session !== own) return;
    if (!greeted) {
      own.calls.push(scheduler.after(1000, () => session === own && void greet(own)));
      return;
    }
    own.ready = true;
    requests.resume();
  };

  const sync = async (own: Session) => {
    if (session !== own || !own.ready) return;
    if (!(await following.sync(own)) && session === own) void greet(own);
  };

  const planRenewal = (own: Session, expiresAt: number) => {
    const leftMs = expiresAt - scheduler.now();
    if (!steady && random.fraction() < 0.25) return;
    own.calls.push(scheduler.after(leftMs * 0.8, () => void renew(own)));
  };

  const renew = async (own: Session) => {
    if (session !== own) return;
    const pass = tokens.forRenewal();
    noteRights('renewing', own, pass);
    const reply = await requests.ask({ action: 'auth', payload: { token: pass.token } });
    if (session !== own) return;
    if (reply?.type !== 'ack') {
      tokens.discard();
      own.calls.push(scheduler.after(2000, () => void renew(own)));
      return;
    }
    own.rights = pass.rights;
    noteRights('rights', own, pass);
    following.leaveForbidden(own.rights);
    following.joinAllowed(own.rights);
    planRenewal(own, pass.expiresAt);
  };

  const hear = (own: Session, text: string) => {
    if (session !== own) return;
    for (const one of unpacked(journal, name, own.connectionId, text)) take(own, one);
  };

  const take = (own: Session, text: string) => {
    if (session !== own) return;
    const frame = JSON.parse(text);
    if (frame.type === undefined) return requests.onBroken();
    if (frame.type === 'ack' || frame.type === 'subscribed' || frame.type === 'error') {
      return requests.onReply(frame as Reply);
    }
    if (frame.type === 'resync') {
      // There is one at a time, whatever else was missed.
      void following.repair(frame.topic);
      return void sync(own);
    }
    if (frame.type === 'unsubscribed') return following.drop(frame.topic);
    if (frame.type === 'disconnect') return onDisconnect(own, frame.payload.code);
    if (typeof frame.seq === 'number') following.take(frame as Event);
  };

  /** The socket closes after this; if it does not, we go by ourselves. Whoever was replaced stays away for a while. */
  const onDisconnect = (own: Session, code: number) => {
    if (code === 4401 || code === 4403) tokens.discard();
    const awayMs = code === 4409 ? 90_000 * (1 + random.fraction()) : 1000;
    own.calls.push(scheduler.after(1500, () => session === own && hangUp('closed', awayMs)));
  };

  return {
    name,
    person,
    start: () => dial(random.fraction() * 30_000),
    steady() {
      steady = true;
      tokens.steady();
    },
    /** Ends for good. */
    stop() {
      stopped = true;
      hangUp('silent');
    },
    hangUp,
    isReady: () => session?.ready === true,
    entered: following.entered,
    enter: following.enter,
    leave: following.leave,
    /** What should have reached it by now, for the auditor. */
    atRest: () => ({
      d: name,
      ready: session?.ready === true,
      conn: session?.connectionId,
      topics: session ? following.followed(session.rights) : [],
      unanswered: requests.unanswered(),
    }),
    /** Asks for a change until it is answered. What was said in a room is our own from the ack on: it is not sent to us. */
    async change(intent: Intent): Promise<Reply | undefined> {
      const reply = await requests.ask(intent, { lasting: true });
      if (reply?.type === 'ack' && intent.action === 'room.send' && intent.topic) {
        const { epoch, seq } = reply.payload as { epoch: string; seq: number };
        if (following.isIn(intent.topic)) {
          following.take({ topic: intent.topic, epoch, seq, payload: intent.payload ?? {} });
        }
      }
      return reply;
    },
    ask: (intent: Intent) => requests.ask(intent),
    /** The page is loaded anew: it has forgotten where it was. */
    reload() {
      hangUp('killed');
      journal.note('reload', { d: name });
      following.reload();
    },
  };
}

export type Device = ReturnType<typeof device>;
