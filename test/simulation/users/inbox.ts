import type { Scheduler } from '../world/scheduler.ts';
import { collectionOf, isChannel } from './people.ts';

export interface Position {
  readonly epoch: string;
  readonly seq: number;
}

/** An event as it comes, live or replayed. */
export interface Event extends Position {
  readonly topic: string;
  readonly id?: string;
  readonly payload: object;
}

/** What the payload of `subscribed` brings, and an entry of `hello`'s answer. */
export interface CaughtUp {
  readonly epoch?: string;
  readonly seq?: number;
  readonly at?: number;
  readonly recovered: boolean;
  readonly snapshot?: {
    readonly clients?: readonly (Position & { readonly clientId: string })[];
    readonly cursor?: string;
  };
  readonly events?: readonly Event[];
  readonly more?: boolean;
  readonly cursor?: string;
}

export interface InboxParts {
  readonly scheduler: Scheduler;
  /** Gives an event to the application, each once and in order. */
  readonly deliver: (event: Event) => void;
  /** Tells the application that a topic begins anew at a state. */
  readonly reset: (topic: string, position: Position, snapshot: unknown) => void;
  /** Something is missing: subscribe from where we stand. */
  readonly repair: (topic: string) => void;
}

const patienceMs = 2000;

/** Where one device stands, and what came too early. It outlives the device's connections. */
export function inbox({ scheduler, deliver, reset, repair }: InboxParts) {
  const positions = new Map<string, Position>();
  const early = new Map<string, Map<string, Event>>();
  const watched = new Set<string>();
  /** By collection, set once it is known where its topics stand: whatever was not named had no events. */
  const allSince = new Map<string, number>();
  /** Where the list of all clients goes on, and when it was begun: what changes meanwhile is asked for from then on. */
  let listed: { readonly cursor: string; readonly at: number | undefined } | undefined;

  const hold = (event: Event) => {
    const held = early.get(event.topic) ?? new Map<string, Event>();
    held.set(`${event.epoch} ${event.seq}`, event);
    early.set(event.topic, held);
    if (watched.has(event.topic)) return;
    watched.add(event.topic);
    scheduler.after(patienceMs, () => {
      watched.delete(event.topic);
      if (early.get(event.topic)?.size) repair(event.topic);
    });
  };

  const positionFor = (event: Event): Position | undefined => {
    const known = positions.get(event.topic);
    return known ?? (allSince.has(collectionOf(event.topic)) ? { epoch: event.epoch, seq: 0 } : undefined);
  };

  const drain = (topic: string) => {
    const held = early.get(topic);
    if (!held) return;
    for (const [name, event] of [...held].sort(([, a], [, b]) => a.seq - b.seq)) {
      const position = positionFor(event);
      if (position?.epoch !== event.epoch) continue;
      if (event.seq > position.seq + 1) continue;
      held.delete(name);
      if (event.seq === position.seq + 1) step(event);
    }
  };

  /** One of a collection begins with its first event. It may have been followed earlier, in another life of its. */
  const startFirst = (topic: string, epoch: string) => {
    positions.set(topic, { epoch, seq: 0 });
    if (isChannel(topic)) reset(topic, { epoch, seq: 0 }, undefined);
  };

  const step = (event: Event) => {
    if (!positions.has(event.topic)) startFirst(event.topic, event.epoch);
    positions.set(event.topic, { epoch: event.epoch, seq: event.seq });
    deliver(event);
  };

  const take = (event: Event) => {
    const position = positionFor(event);
    if (position?.epoch !== event.epoch) return hold(event);
    if (event.seq <= position.seq) return;
    if (event.seq > position.seq + 1) return hold(event);
    step(event);
    drain(event.topic);
  };

  const begin = (topic: string, position: Position, snapshot: unknown) => {
    const known = positions.get(topic);
    if (known?.epoch === position.epoch && known.seq >= position.seq) return;
    positions.set(topic, position);
    for (const [name, event] of early.get(topic) ?? []) {
      if (event.epoch !== position.epoch) early.get(topic)?.delete(name);
    }
    reset(topic, position, snapshot);
    drain(topic);
  };

  /** A topic has got so far. What is missing is asked for; of one that all of its kind bring, from its beginning. */
  const expect = (topic: string, { epoch, seq }: Position) => {
    const known = positions.get(topic);
    if (known?.epoch === epoch && known.seq >= seq) return;
    const isAmongAll = !topic.endsWith(':*') && allSince.has(collectionOf(topic));
    if (!known && isAmongAll) startFirst(topic, epoch);
    repair(topic);
  };

  return {
    take,
    /** Takes in what a `subscribe` or `hello` was answered. @returns whether there is more to ask for. */
    catchUp(topic: string, answer: CaughtUp): boolean {
      if (topic === 'client:*') {
        for (const { clientId, ...entry } of answer.snapshot?.clients ?? []) {
          const home = `client:${clientId}`;
          const known = positions.get(home);
          if (known?.epoch !== entry.epoch) begin(home, { epoch: entry.epoch, seq: entry.seq }, entry);
          else if (known.seq < entry.seq) repair(home);
        }
        if (answer.snapshot) {
          const { cursor } = answer.snapshot;
          const at = listed?.at ?? answer.at;
          listed = cursor === undefined ? undefined : { cursor, at };
          if (!listed && at !== undefined) allSince.set(topic, at);
        }
        for (const each of early.keys()) drain(each);
        return listed !== undefined;
      }
      const { epoch, seq } = answer;
      if (epoch === undefined || seq === undefined) return answer.more === true;
      const events = answer.events ?? [];
      // The last events were asked for: it begins before them.
      const start = answer.recovered ? seq : (events[0]?.seq ?? seq + 1) - 1;
      if (!answer.recovered && !answer.more) begin(topic, { epoch, seq: start }, answer.snapshot);
      for (const event of events) take(event);
      drain(topic);
      return answer.more === true;
    },
    /** Takes in where the channels of a kind stand, which was found out after this time. */
    beginAll(all: string, at: number, named: Readonly<Record<string, Position>>) {
      const isFirst = !allSince.has(all);
      if (isFirst) allSince.set(all, at);
      for (const [topic, position] of Object.entries(named)) {
        const known = positions.has(topic);
        if (isFirst && !known) begin(topic, position, undefined);
        else expect(topic, position);
      }
      for (const each of early.keys()) if (collectionOf(each) === all) drain(each);
    },
    expect,
    positionOf: (topic: string) => positions.get(topic),
    positions: () => positions,
    /** What to ask for next of the list of all clients. */
    cursorOf: (topic: string) => (topic === 'client:*' ? listed?.cursor : undefined),
    /** A list that was not asked for to its end is begun anew. */
    onLineLost() {
      listed = undefined;
    },
    /** What to give as `since`. */
    sinceOf(topic: string): object | undefined {
      if (topic.endsWith(':*')) return allSince.has(topic) ? { at: allSince.get(topic) } : undefined;
      const known = positions.get(topic);
      if (known) return known;
      const [first] = early.get(topic)?.values() ?? [];
      return first && positionFor(first);
    },
    leave(topic: string) {
      allSince.delete(topic);
      if (topic === 'client:*') listed = undefined;
      positions.delete(topic);
      early.delete(topic);
    },
  };
}

export type Inbox = ReturnType<typeof inbox>;
