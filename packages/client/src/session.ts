import type { Answer, EventFrame, ServerFrame } from '@tidings/protocol';
import type { Clock, Timer } from './clock.ts';
import { type CountedPlace, createCountedPlace } from './countedPlace.ts';
import { createEveryClientPlace, type EveryClientPlace, type ListedClient } from './everyClientPlace.ts';
import type { HelloAnswer, HelloPayload, Link } from './link.ts';
import { createSeat, type Seat, type Subscribed, type SubscribePayload } from './seat.ts';
import { TidingsError } from './tidingsError.ts';
import { createTracker, type Position } from './tracker.ts';

/** Who is told what comes on a topic. */
export interface Audience {
  /** The state that it has, if any. */
  state(): object | undefined;
  event(frame: ServerFrame): void;
  /** A state in the place of events: `first` when none were expected, `reset` when some were missed. */
  jump(kind: 'first' | 'reset', snapshot: object | undefined, position: Position | undefined): void;
  joined(): void;
  refused(error: TidingsError): void;
  /** Nobody follows the topic any more; what is known of it goes stale. */
  left(): void;
}

export interface SessionOptions {
  readonly clock: Clock;
  /** The client's own name of this device or tab. */
  readonly clientId: string;
  link(): Link | undefined;
  ask(action: string, topic: string | undefined, payload: object, link: Link): Promise<ServerFrame>;
  audience(topic: string): Audience | undefined;
  /** Where the app had got to before it was started. */
  restored(topic: string): Position | undefined;
  onPosition(topic: string, position: Position): void;
}

/** All that the app follows, and how far it has got: what survives a connection. */
export interface Session {
  /** Takes up the positions that were kept, once they are loaded. */
  restore(): void;
  follow(topic: string): void;
  unfollow(topic: string): void;
  position(topic: string): Position | undefined;
  hello(): HelloPayload;
  opened(link: Link, answer: HelloAnswer): void;
  frame(frame: ServerFrame): void;
  /** Asks whether a last event was lost (PROTOCOL.md 3.9), and tries again what failed. */
  sync(): Promise<void>;
  stop(): void;
}

/** React takes a component away and puts it back; so short a pause is none for the server. */
const lingerMs = 1_000;
const mostHelloTopics = 100;
const everyClient = 'client:*';
const prefix = 'client:';
const topicOf = (clientId: string) => prefix + clientId;
const isClient = (topic: string) => topic.startsWith(prefix);
const clientOf = (topic: string) => topic.slice(prefix.length);

export function createSession(options: SessionOptions): Session {
  const { clock, link, audience } = options;
  const seats = new Map<string, Entry>();
  let every: EveryClientPlace | undefined;

  function deliver(frame: EventFrame) {
    audience(frame.topic)?.event(frame);
    if (seats.get(frame.topic)?.seat.followers) options.onPosition(frame.topic, frame);
    // Before the list there is nothing that an event could be the next of; the list says what it led to.
    if (every?.isComplete && isClient(frame.topic)) audience(everyClient)?.event(frame);
  }

  /** Whether somebody follows it, or did a moment ago. */
  function isHeld(name: string): boolean {
    const entry = seats.get(name);
    return entry !== undefined && (entry.seat.followers > 0 || entry.linger !== undefined);
  }

  function seatOf(name: string, due: boolean, start?: Position): Entry {
    const known = seats.get(name);
    if (known) return known;
    const counted = name === everyClient ? undefined : countedPlace(name, start);
    const place = counted ?? everyClientPlace();
    if (place !== counted) every = place as EveryClientPlace;
    const seat = createSeat({
      name,
      place,
      due,
      link,
      ask: async (action, topic, payload, on) => (await options.ask(action, topic, payload, on)).payload,
      onJoined: () => audience(name)?.joined(),
      onRefused: (error) => audience(name)?.refused(error),
      onEmpty: () => forget(name),
    });
    const entry: Entry = { seat, counted, linger: undefined };
    seats.set(name, entry);
    return entry;
  }

  function countedPlace(name: string, start: Position | undefined): CountedPlace {
    const tracker = createTracker({ clock, deliver, repair: () => seats.get(name)?.seat.catchUp() }, start);
    return createCountedPlace(tracker, (kind, position, snapshot) => {
      if (isHeld(name)) {
        audience(name)?.jump(kind, snapshot, position);
        options.onPosition(name, position);
      }
      if (kind === 'reset') resetMembers(name, [{ clientId: clientOf(name), ...position, ...snapshot }]);
    });
  }

  function resetMembers(name: string, clients: readonly ListedClient[]) {
    if (every?.isComplete && isClient(name)) {
      audience(everyClient)?.jump('reset', { clients }, undefined);
    }
  }

  function everyClientPlace(): EveryClientPlace {
    const members = {
      position: (clientId: string) => session.position(topicOf(clientId)),
      isFollowed: (clientId: string) => isHeld(topicOf(clientId)),
      place(clientId: string, at: Position) {
        const tracker = seatOf(topicOf(clientId), false).counted?.tracker;
        tracker?.place(at, false, undefined);
        tracker?.settle();
        introduce(topicOf(clientId));
      },
      told: (clientId: string, head: Position) =>
        seatOf(topicOf(clientId), false, { epoch: head.epoch, seq: 0 }).counted?.tracker.told(head, true),
    };
    return createEveryClientPlace(members, (kind, clients) =>
      audience(everyClient)?.jump(
        kind,
        { clients: kind === 'first' ? clients.map(asFollowed) : clients },
        undefined,
      ),
    );
  }

  /** A client that is followed by itself already is elsewhere than the list: its next event tells which one is its next. */
  function asFollowed(client: ListedClient): ListedClient {
    const name = topicOf(client.clientId);
    return { ...client, ...audience(name)?.state(), ...session.position(name) };
  }

  /** Gives a client's topic what `client:*` knows of it already, after the listener has returned to its caller. */
  function introduce(name: string) {
    queueMicrotask(() => {
      const at = session.position(name);
      const known = isHeld(name) && audience(name)?.state() === undefined && listed(name);
      if (!known || !at) return;
      const { epoch: _, seq: __, ...snapshot } = known;
      audience(name)?.jump('first', snapshot, at);
    });
  }

  /** What is known of a client from the list of all, where that is as new as its own topic. */
  function listed(name: string): ListedClient | undefined {
    const { clients = [] } = (audience(everyClient)?.state() ?? {}) as { clients?: readonly ListedClient[] };
    return clients.find(({ clientId }) => topicOf(clientId) === name);
  }

  function forget(name: string) {
    const entry = seats.get(name);
    if (!entry || isHeld(name)) return;
    audience(name)?.left();
    // The topics of clients keep their places while all of them are followed.
    if (every?.isComplete && entry.counted && isClient(name)) return;
    entry.seat.stop();
    seats.delete(name);
    if (entry.counted) return;
    every = undefined;
    for (const { seat } of [...seats.values()]) if (!seat.isJoined()) forget(seat.name);
  }

  /** The topic that a frame is of, if we have any use for it. */
  function placeFor(name: string, epoch: string): CountedPlace | undefined {
    const known = seats.get(name)?.counted;
    if (known || !every || !isClient(name)) return known;
    // A client that no list names had no event before this one's epoch began.
    return seatOf(name, false, every.isComplete ? { epoch, seq: 0 } : undefined).counted;
  }

  const session: Session = {
    restore() {
      for (const [name, { counted }] of seats) {
        const at = options.restored(name);
        if (at) counted?.tracker.begin(at);
      }
    },
    follow(name) {
      const entry = seatOf(name, true, options.restored(name));
      entry.linger?.cancel();
      entry.linger = undefined;
      entry.seat.followers++;
      if (entry.seat.followers > 1) return;
      if (entry.counted?.tracker.position) introduce(name);
      entry.seat.settle();
    },
    unfollow(name) {
      const entry = seats.get(name);
      if (!entry || --entry.seat.followers > 0) return;
      entry.linger = clock.setTimeout(() => {
        entry.linger = undefined;
        entry.seat.leave();
      }, lingerMs);
    },
    position: (name) => seats.get(name)?.counted?.tracker.position,
    hello() {
      const subs = [...seats.values()]
        .filter(({ seat }) => seat.followers > 0)
        .slice(0, mostHelloTopics)
        .map(({ seat, counted }) => {
          const { since } = (counted ?? every)?.request() ?? {};
          return { topic: seat.name, ...(since && { since }) };
        });
      return { v: 1, clientId: options.clientId, ...(subs.length > 0 && { subs }) };
    },
    opened(on, answer) {
      const asked = new Map(on.asked.subs?.map((sub) => [sub.topic, sub]));
      const entries = answer.subs as unknown as readonly (Subscribed & { topic: string; error?: Refusal })[];
      const isList = ({ topic }: { topic: string }) => Number(topic === everyClient);
      // The list of all clients says where each stands: it comes last, so that nothing is asked for twice.
      for (const entry of [...entries].sort((a, b) => isList(a) - isList(b))) {
        const seat = seats.get(entry.topic)?.seat;
        const sub = asked.get(entry.topic) as SubscribePayload | undefined;
        if (!seat || !sub) continue;
        if (entry.error) seat.refuse(new TidingsError(entry.error.code, entry.error.message));
        else seat.greeted(on, entry, sub);
      }
      for (const { seat } of [...seats.values()]) seat.settle();
    },
    frame(frame) {
      const { type, topic, epoch, seq, payload } = frame;
      if (topic === undefined) return;
      if (type === 'resync') {
        const head = payload as Position;
        placeFor(topic, head.epoch)?.tracker.told(head, true);
      } else if (type === 'unsubscribed') {
        const { code } = payload as Refusal;
        seats.get(topic)?.seat.refuse(new TidingsError(code, code));
      } else if (epoch === undefined || seq === undefined) {
        audience(topic)?.event(frame);
      } else {
        placeFor(topic, epoch)?.tracker.receive(frame as EventFrame);
      }
    },
    async sync() {
      const on = link();
      if (!on) return;
      const heads: Record<string, Position | { at: number }> = {};
      for (const { seat, counted } of [...seats.values()]) {
        seat.settle();
        const has = counted ? counted.tracker.position : every?.at !== undefined && { at: every.at };
        if (has && seat.isJoined()) heads[seat.name] = has;
      }
      if (Object.keys(heads).length === 0) return;
      const { payload, ts = 0 } = await options.ask('sync', undefined, { heads }, on);
      const { behind } = payload as Answer<'sync'>;
      const clients = new Map<string, Position>();
      for (const [name, { epoch, seq }] of Object.entries(behind)) {
        const sent = heads[name];
        const head = { epoch: epoch ?? '', seq };
        const has = session.position(name);
        // `client:*` names what changed of late, whether or not we have it.
        if (has?.epoch === epoch && has.seq === seq) continue;
        if (!sent) clients.set(clientOf(name), head);
        // Its event may be on its way. An epoch that ended, or a shorter log, brings none.
        else if ('seq' in sent && sent.epoch === epoch && seq > sent.seq)
          seats.get(name)?.counted?.tracker.told(head, false);
        else seats.get(name)?.seat.catchUp();
      }
      if (every?.isComplete && every.changed(clients, ts)) seats.get(everyClient)?.seat.catchUp();
    },
    stop() {
      for (const { seat, linger } of seats.values()) {
        seat.stop();
        linger?.cancel();
      }
    },
  };
  return session;
}

interface Entry {
  readonly seat: Seat;
  /** Absent for `client:*`, which has no numbers. */
  readonly counted: CountedPlace | undefined;
  linger: Timer | undefined;
}

interface Refusal {
  readonly code: string;
  readonly message: string;
}
