import type { Answer, EventFrame, ServerFrame } from '@tidings/protocol';
import type { Clock, Timer } from '../base/clock.ts';
import { isObject, isPosition, itemsOf, readSubscribed, type Unknown } from '../base/incoming.ts';
import { toError } from '../base/tidingsError.ts';
import type { HelloAnswer, HelloPayload, Link } from '../connection/socket.ts';
import { replaced } from '../reducers.ts';
import {
  type ClientList,
  createEveryClientPlace,
  type EveryClientPlace,
  type ListedClient,
} from './collection.ts';
import { createCountedPlace } from './countedSync.ts';
import { createTracker, isBehind, type Position, type Tracker } from './sequencer.ts';
import { createSeat, type Place, type Seat } from './subscription.ts';
import type { Audience } from './topicListener.ts';

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
  /** Forgets everything. @returns the name of each topic that is followed, once for each follower. */
  end(): string[];
}

/** How far the client has got; with `client:*`, until when. */
type Head = Position | { readonly at: number };

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
    const { seat, tracker } = seats.get(frame.topic) ?? {};
    if (seat?.followers && tracker?.position) options.onPosition(frame.topic, tracker.position);
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
    const tracker = name === everyClient ? undefined : trackerOf(name, start);
    if (!tracker) every = everyClientPlace();
    const place = (tracker ? countedPlace(name, tracker) : every) as Place;
    const seat = createSeat({
      ...options,
      name,
      place,
      due,
      audience: () => audience(name),
      onEmpty: () => forget(name),
    });
    const entry: Entry = { seat, place, tracker };
    seats.set(name, entry);
    return entry;
  }

  const trackerOf = (name: string, start: Position | undefined) =>
    createTracker({ clock, deliver, repair: () => seats.get(name)?.seat.catchUp() }, start);

  function countedPlace(name: string, tracker: Tracker): Place {
    return createCountedPlace(tracker, (kind, position, snapshot, events) => {
      if (isHeld(name)) {
        audience(name)?.jump(kind, snapshot, position, events);
        options.onPosition(name, position);
      }
      if (kind === 'reset' && every?.isComplete && isClient(name)) {
        jumpAll('reset', [{ clientId: clientOf(name), ...position, ...snapshot }]);
      }
    });
  }

  /** `client:*` has a state in the place of events: all clients at first, then those that take the place of what was known. */
  function jumpAll(kind: 'first' | 'reset', clients: readonly ListedClient[]) {
    const all = kind === 'first' ? clients.map(asFollowed) : replaced('clientId', listed(), clients);
    audience(everyClient)?.jump(kind, { clients: all }, undefined);
  }

  function everyClientPlace(): EveryClientPlace {
    const members = {
      position: (clientId: string) => session.position(topicOf(clientId)),
      isFollowed: (clientId: string) => isHeld(topicOf(clientId)),
      place(clientId: string, at: Position) {
        const tracker = seatOf(topicOf(clientId), false).tracker;
        tracker?.place(at, false, undefined);
        tracker?.settle();
        void introduce(topicOf(clientId));
      },
      told: (clientId: string, head: Position) =>
        seatOf(topicOf(clientId), false, { epoch: head.epoch, seq: 0 }).tracker?.told(head, true),
    };
    return createEveryClientPlace(members, jumpAll);
  }

  /** A client that is followed by itself already is elsewhere than the list: its next event tells which one is its next. */
  function asFollowed(client: ListedClient): ListedClient {
    const name = topicOf(client.clientId);
    return { ...client, ...audience(name)?.state(), ...session.position(name) };
  }

  /** Gives a client's topic what `client:*` knows of it already, after the listener has returned to its caller. */
  async function introduce(name: string) {
    await 0;
    const at = session.position(name);
    // As new as its own topic, for one event moves both.
    const known = listed().find(({ clientId }) => topicOf(clientId) === name);
    if (!known || !at || !isHeld(name) || audience(name)?.state()) return;
    const { epoch: _, seq: __, ...snapshot } = known;
    audience(name)?.jump('first', snapshot, at);
  }

  /** What is known of all clients. */
  function listed(): readonly ListedClient[] {
    return (audience(everyClient)?.state() as ClientList | undefined)?.clients ?? [];
  }

  function forget(name: string) {
    const entry = seats.get(name);
    if (!entry || isHeld(name)) return;
    audience(name)?.left();
    // The topics of clients keep their places while all of them are followed.
    if (every?.isComplete && entry.tracker && isClient(name)) return;
    seats.delete(name);
    if (entry.tracker) return entry.tracker.stop();
    every = undefined;
    for (const { seat } of [...seats.values()]) if (!seat.isJoined()) forget(seat.name);
  }

  function stay(entry: Entry) {
    entry.linger?.cancel();
    entry.linger = undefined;
  }

  function leave(entry: Entry) {
    stay(entry);
    entry.seat.leave();
  }

  /** The topic that a frame is of, if we have any use for it. */
  function trackerFor(name: string, epoch: string): Tracker | undefined {
    const known = seats.get(name)?.tracker;
    if (known || !every || !isClient(name)) return known;
    // A client that no list names had no event before this one's epoch began.
    return seatOf(name, false, every.isComplete ? { epoch, seq: 0 } : undefined).tracker;
  }

  /** Asks about all of these topics, and again about those that one answer had no room for. */
  async function syncAll(heads: Readonly<Record<string, Head>>, on: Link) {
    const asked = Object.entries(heads);
    if (asked.length === 0) return;
    const { payload, ts = 0 } = await options.ask('sync', undefined, { heads }, on);
    const { behind, more } = payload as Answer<'sync'>;
    const unseen = asked.filter(([name]) => itemsOf(more).includes(name));
    let missed = false;
    for (const [name, { epoch, seq }] of Object.entries(behind)) {
      const sent = heads[name];
      const head = { epoch: epoch ?? '', seq };
      const has = session.position(name);
      // `client:*` names what changed of late, whether or not we have it.
      if (has?.epoch === epoch && has.seq === seq) continue;
      if (!sent || !('seq' in sent)) missed ||= isBehind(has, head);
      // Its event may be on its way. An epoch that ended, or a shorter log, brings none.
      else if (sent.epoch === epoch && seq > sent.seq) seats.get(name)?.tracker?.told(head, false);
      else seats.get(name)?.seat.catchUp();
    }
    if (missed) seats.get(everyClient)?.seat.catchUp();
    else if (everyClient in heads && unseen.length === 0 && every?.isComplete) every.unchanged(ts);
    // A server that looks at none would be asked for ever.
    if (unseen.length < asked.length) await syncAll(Object.fromEntries(unseen), on);
  }

  const session: Session = {
    restore() {
      for (const [name, { tracker }] of seats) tracker?.begin(options.restored(name));
    },
    follow(name) {
      const entry = seatOf(name, true, options.restored(name));
      stay(entry);
      entry.seat.followers++;
      if (entry.seat.followers > 1) return;
      if (entry.tracker?.position) void introduce(name);
      entry.seat.settle();
    },
    unfollow(name) {
      const entry = seats.get(name);
      if (!entry || --entry.seat.followers > 0) return;
      entry.linger = clock.setTimeout(() => leave(entry), lingerMs);
    },
    position: (name) => seats.get(name)?.tracker?.position,
    hello() {
      const subs = [...seats.values()]
        .filter(({ seat }) => seat.followers > 0)
        .slice(0, mostHelloTopics)
        // The list of all clients says where each stands: it comes last, so that nothing is asked for twice.
        .sort((a, b) => Number(!a.tracker) - Number(!b.tracker))
        .map(({ seat, place }) => ({ topic: seat.name, since: place.request().since }));
      return { v: 1, clientId: options.clientId, subs };
    },
    opened(on, answer) {
      for (const asked of on.asked.subs ?? []) {
        const seat = seats.get(asked.topic)?.seat;
        const one = (answer.subs as readonly Unknown[]).find(({ topic }) => topic === asked.topic);
        if (isObject(one?.error)) seat?.refuse(toError(one.error));
        else if (one) seat?.greeted(on, readSubscribed(one), asked);
      }
      for (const { seat } of [...seats.values()]) seat.settle();
    },
    frame(frame) {
      const { type, topic, epoch, seq, payload } = frame;
      // An error that answers nothing of ours is no event.
      if (topic === undefined || (type === 'error' && seq === undefined)) return;
      if (type === 'resync') {
        if (isPosition(payload)) trackerFor(topic, payload.epoch)?.told(payload, true);
      } else if (type === 'unsubscribed') {
        seats.get(topic)?.seat.refuse(toError(payload as Unknown));
      } else if (epoch === undefined || seq === undefined) {
        audience(topic)?.event(frame);
      } else if (isPosition(frame)) {
        trackerFor(topic, epoch)?.receive(frame as EventFrame);
      }
    },
    async sync() {
      const heads: Record<string, Head> = {};
      for (const { seat, tracker } of [...seats.values()]) {
        seat.settle();
        const has = tracker ? tracker.position : every?.isComplete && { at: every.at as number };
        if (has && seat.isJoined()) heads[seat.name] = has;
      }
      // Without a connection nothing is joined, and nothing asked.
      await syncAll(heads, link() as Link);
    },
    stop() {
      for (const entry of [...seats.values()]) {
        entry.tracker?.stop();
        if (entry.linger) leave(entry);
      }
    },
    end() {
      session.stop();
      const all = [...seats.values()];
      seats.clear();
      return all.flatMap(({ seat }) => Array<string>(seat.followers).fill(seat.name));
    },
  };
  return session;
}

interface Entry {
  readonly seat: Seat;
  readonly place: Place;
  /** Absent for `client:*`, which has no numbers. */
  readonly tracker: Tracker | undefined;
  linger?: Timer | undefined;
}
