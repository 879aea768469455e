import type { Position } from '../src/topics/sequencer.ts';

/** An event as it stands in a topic’s log. */
export interface LoggedEvent extends Position {
  readonly type: string;
  readonly topic: string;
  readonly id: string;
  readonly from: string;
  readonly ts: number;
  readonly payload: object;
}

export interface Wanted {
  readonly topic?: string;
  readonly since?: Partial<Position> & { at?: number };
  readonly cursor?: string;
  readonly last?: number;
}

/** One topic with its log, as the server keeps it. */
export interface TestTopic {
  readonly name: string;
  epoch: string;
  /** All events of the epoch, the first one first. */
  events: LoggedEvent[];
  /** So many of them, the oldest, can no longer be replayed. */
  expired: number;
  /** What a subscriber is shown, where it cannot be brought up to date by events. */
  snapshot: object | undefined;
  updatedAt: number;
}

export interface TestTopics {
  get(name: string): TestTopic;
  append(name: string, type: string, payload: object, from: string, ts: number): LoggedEvent;
  /** The payload of `subscribed`. */
  subscribed(name: string, wanted: Wanted): object;
  /** The answer of `sync`. */
  behind(heads: Readonly<Record<string, Partial<Position> & { at?: number }>>): object;
}

/** The rules of PROTOCOL.md 3.3, 3.4 and 3.9 over logs in memory. */
export function createTestTopics(now: () => number, maxEvents: number): TestTopics {
  const topics = new Map<string, TestTopic>();
  let epochs = 0;

  function get(name: string): TestTopic {
    const known = topics.get(name);
    if (known) return known;
    const epoch = `epoch-${++epochs}`;
    const topic: TestTopic = { name, epoch, events: [], expired: 0, snapshot: undefined, updatedAt: now() };
    topics.set(name, topic);
    return topic;
  }

  const marginMs = 60_000;
  const ofKind = (prefix: string, since: number | undefined) =>
    [...topics.values()].filter(
      ({ name, updatedAt }) =>
        name.startsWith(prefix) &&
        !name.endsWith(':*') &&
        (since === undefined || updatedAt >= since - marginMs),
    );

  function listClients(since: number | undefined, cursor: string | undefined) {
    const all = ofKind('client:', since).map(({ name, epoch, events, snapshot, updatedAt }) => ({
      clientId: name.slice('client:'.length),
      epoch,
      seq: events.length,
      updatedAt,
      ...snapshot,
    }));
    const from = Number(cursor ?? 0);
    const page = all.slice(from, from + maxEvents);
    const isLast = from + maxEvents >= all.length;
    return {
      at: now(),
      recovered: false,
      snapshot: { clients: page, ...(!isLast && { cursor: String(from + maxEvents) }) },
    };
  }

  /** A day of more doctors than fit comes page by page. */
  function page(snapshot: object | undefined, cursor = '') {
    const { doctors } = (snapshot ?? {}) as { doctors?: readonly { readonly doctorId: string }[] };
    if (!doctors) return snapshot;
    const left = doctors.filter(({ doctorId }) => doctorId > cursor);
    const taken = left.slice(0, maxEvents);
    return {
      ...snapshot,
      doctors: taken,
      ...(taken.length < left.length && { cursor: taken.at(-1)?.doctorId }),
    };
  }

  return {
    get,
    append(name, type, payload, from, ts) {
      const topic = get(name);
      const seq = topic.events.length + 1;
      const event = {
        type,
        topic: name,
        epoch: topic.epoch,
        seq,
        id: `${topic.epoch}-${seq}`,
        from,
        ts,
        payload,
      };
      topic.events.push(event);
      topic.updatedAt = now();
      return event;
    },
    subscribed(name, { since, cursor, last }) {
      if (name === 'client:*') return listClients(since?.at, cursor);
      if (name.endsWith(':*')) return { at: now(), recovered: false };
      const { epoch, events, expired, snapshot } = get(name);
      const from = since?.seq ?? -1;
      if (since?.epoch === epoch && from >= expired && from <= events.length) {
        const missed = events.slice(from, from + maxEvents);
        const seq = from + missed.length;
        return { epoch, seq, recovered: true, events: missed, ...(seq < events.length && { more: true }) };
      }
      return {
        epoch,
        seq: events.length,
        recovered: false,
        ...(last && { events: events.slice(expired).slice(-last) }),
        ...(snapshot && { snapshot: page(snapshot, cursor) }),
      };
    },
    behind(heads) {
      const behind: Record<string, Position> = {};
      const asked = Object.entries(heads);
      const more = asked.slice(maxEvents).map(([name]) => name);
      for (const [name, has] of asked.slice(0, maxEvents)) {
        const isAll = name.endsWith(':*');
        const changed = isAll ? ofKind(name.slice(0, -1), has.at) : [get(name)];
        for (const { name: topic, epoch, events } of changed) {
          if (!isAll && has.epoch === epoch && has.seq === events.length) continue;
          behind[topic] = { epoch, seq: events.length };
        }
      }
      return { behind, ...(more.length > 0 && { more }) };
    },
  };
}
