import type { Client, Position, Positions, Reset } from '@tidings/client';
import type { Journal } from '../journal.ts';
import type { Event } from '../users/inbox.ts';
import { channelNames, collectionOf } from '../users/people.ts';

export interface PageTopicsParts {
  readonly name: string;
  readonly journal: Journal;
  readonly client: Client;
  /** An event, in its order and once. */
  readonly onEvent: (event: Event) => void;
  /** Whether it keeps its positions: then it comes back to what it left. */
  readonly keeps: boolean;
}

interface Topic {
  readonly position: Position | undefined;
  readonly snapshot: unknown;
  on(type: string, listener: (value: never) => void): () => void;
  joined(): Promise<void>;
}

type Listed = Position & { readonly clientId: string };
const everyClient = 'client:*';

/** What a page follows with the shipped client, and a journal of what the client tells it. */
export function pageTopics({ name, journal, client, onEvent, keeps }: PageTopicsParts) {
  const followed = new Map<string, { readonly topic: Topic; readonly stop: () => void }>();
  const positions = new Map<string, Position>();
  /** Those followed anew, about which nothing was told yet: what comes next may lie anywhere. */
  const fresh = new Set<string>();
  /** Channels that came by way of all of their kind, since those are followed. */
  const amongAll = new Set<string>();
  /** Those taken up where they were left: the client gives what came after, and not the state before. */
  const bare = new Set<string>();

  const begin = (topic: string, { epoch, seq }: Position, snapshot?: unknown) => {
    const known = positions.get(topic);
    if (known?.epoch !== epoch || known.seq < seq) beginAt(topic, { epoch, seq }, snapshot);
  };
  /** Also before what it was given earlier: its last events were asked for. */
  const beginAt = (topic: string, { epoch, seq }: Position, snapshot?: unknown) => {
    positions.set(topic, { epoch, seq });
    journal.note('reset', { d: name, topic, epoch, seq, snapshot });
  };

  const take = (of: string, event: Partial<Event>) => {
    const { topic = '', epoch, seq, id, payload } = event;
    if (epoch === undefined || seq === undefined) return;
    if (of !== topic && channelNames.includes(topic)) {
      // Whoever follows it by itself was told already.
      if (followed.has(topic)) return;
      if (!amongAll.has(topic)) begin(topic, { epoch, seq: seq - 1 });
      amongAll.add(topic);
    }
    // It came before the word that the topic is joined.
    else if (fresh.delete(of)) beginAt(topic, { epoch, seq: seq - 1 });
    positions.set(topic, { epoch, seq });
    journal.note('deliver', { d: name, topic, epoch, seq, ...(id ? { id } : { payload }) });
    onEvent(event as Event);
  };

  const beginAll = (snapshot: unknown, isKnownExcepted: boolean) => {
    for (const entry of listed(snapshot)) {
      const home = `client:${entry.clientId}`;
      if (!isKnownExcepted || !positions.has(home)) begin(home, entry, entry);
    }
  };

  const topicOf = (of: string) => {
    const [kind, id] = of.endsWith(':*') ? [of] : divided(of);
    return client.topic(kind as 'room', id as string) as unknown as Topic;
  };

  /** Of all channels of a kind a page is told events, and not where they begin: it looks for that by itself. */
  const beginAmongAll = () => {
    for (const channel of channelNames) {
      if (!followed.has(collectionOf(channel)) || followed.has(channel)) continue;
      const { position } = topicOf(channel);
      const known = amongAll.has(channel) ? positions.get(channel) : undefined;
      if (!position || known?.epoch === position.epoch) continue;
      begin(channel, position);
      amongAll.add(channel);
    }
  };

  const follow = (of: string) => {
    if (followed.has(of)) return;
    const topic = topicOf(of);
    // Left for a moment only, it goes on where the client stands with it, by a state that the page has kept or not.
    if (topic.position) begin(of, topic.position);
    else if (keeps && positions.has(of)) bare.add(of);
    else {
      fresh.add(of);
      bare.delete(of);
    }
    const onSnapshot = (snapshot: unknown) => {
      bare.delete(of);
      const isFresh = fresh.delete(of);
      if (of === everyClient) beginAll(snapshot, !isFresh);
      else if (isFresh && topic.position) begin(of, topic.position, snapshot);
    };
    const onReset = ({ position, snapshot }: Reset) => {
      fresh.delete(of);
      bare.delete(of);
      if (of === everyClient) beginAll(snapshot, false);
      else if (position) begin(of, position, snapshot);
      else beginAmongAll();
    };
    // A room has no state: that it is joined is all that says where it begins.
    const onJoined = () => {
      if (topic.position && fresh.delete(of)) begin(of, topic.position);
    };
    const stops = [
      topic.on('*', (event: Event) => take(of, event)),
      topic.on('joined', onJoined),
      topic.on('snapshot', onSnapshot),
      topic.on('reset', onReset),
    ];
    followed.set(of, { topic, stop: () => stops.map((stop) => stop()) });
  };

  const leave = (of: string) => {
    journal.note('forgot', { d: name, topic: of, keeps });
    followed.get(of)?.stop();
    followed.delete(of);
    for (const channel of [...amongAll]) if (collectionOf(channel) === of) amongAll.delete(channel);
    if (followed.has(collectionOf(of))) amongAll.add(of);
    fresh.delete(of);
  };

  return {
    follow,
    leave,
    /** The page begins with what it has kept. */
    restore(kept: Positions) {
      for (const [topic, position] of Object.entries(kept)) {
        if (fresh.delete(topic)) bare.add(topic);
        positions.set(topic, position);
        journal.note('restored', { d: name, topic, ...position });
      }
    },
    names: () => [...followed.keys()],
    /** Resolves once the topic is up to date, or is not to be had. */
    joined: (of: string) =>
      topicOf(of)
        .joined()
        .catch(() => {}),
    /** What the page shows of each topic, as the client keeps it. */
    shown() {
      beginAmongAll();
      return [...followed].flatMap(([of, { topic }]) =>
        of === everyClient
          ? listed(topic.snapshot).map((entry) => ({
              topic: `client:${entry.clientId}`,
              ...entry,
              snapshot: entry,
            }))
          : [
              {
                topic: of,
                ...topic.position,
                ...(bare.has(of) ? { bare: true } : { snapshot: topic.snapshot }),
              },
            ],
      );
    },
  };
}

function divided(name: string): [string, string?] {
  const at = name.indexOf(':');
  return at < 0 ? [name] : [name.slice(0, at), name.slice(at + 1)];
}

const listed = (snapshot: unknown) =>
  (snapshot as { readonly clients?: readonly Listed[] } | undefined)?.clients ?? [];
