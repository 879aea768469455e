import type { Answer, EventFrame, ServerFrame } from '@tidings/protocol';
import type { Clock, Timer } from '../base/clock.ts';
import { isObject, isPosition, itemsOf, readSubscribed, type Unknown } from '../base/incoming.ts';
import { toError } from '../base/tidingsError.ts';
import type { HelloAnswer, HelloPayload, Socket } from '../connection/socket.ts';
import type { Collection, CollectionHost, CollectionRule } from './collectionRule.ts';
import { createCountedSync } from './countedSync.ts';
import { createSequencer, isBehind, type Position, type Sequencer } from './sequencer.ts';
import { createSubscription, type Subscription, type TopicSync } from './subscription.ts';
import type { TopicListener } from './topicListener.ts';

export interface SubscriptionsOptions {
  readonly clock: Clock;
  /** The client's own name of this device or tab. */
  readonly clientId: string;
  socket(): Socket | undefined;
  ask(action: string, topic: string | undefined, payload: object, socket: Socket): Promise<ServerFrame>;
  listener(topic: string): TopicListener | undefined;
  /** For a topic that is a collection of others: how it is kept. */
  collection(topic: string): CollectionRule | undefined;
  /** Where the app had got to before it was started. */
  restored(topic: string): Position | undefined;
  onPosition(topic: string, position: Position): void;
}

/** All that the app follows, and how far it has got: what survives a connection. */
export interface Subscriptions {
  /** Takes up the positions that were kept, once they are loaded. */
  restore(): void;
  follow(topic: string): void;
  unfollow(topic: string): void;
  position(topic: string): Position | undefined;
  hello(): HelloPayload;
  opened(socket: Socket, answer: HelloAnswer): void;
  frame(frame: ServerFrame): void;
  /** Asks whether a last event was lost (PROTOCOL.md 3.9), and tries again what failed. */
  sync(): Promise<void>;
  stop(): void;
  /** Forgets everything. @returns the name of each topic that is followed, once for each follower. */
  end(): string[];
}

/** How far the client has got; with a collection, until when. */
type Head = Position | { readonly at: number };

/** A topic that is subscribed to, or a member of a collection that is. */
interface Entry {
  readonly subscription: Subscription;
  readonly sync: TopicSync;
  /** Absent for a collection, which has no numbers. */
  readonly sequencer: Sequencer | undefined;
  readonly collection: Collection | undefined;
  linger?: Timer | undefined;
}

/** React takes a component away and puts it back; so short a pause is none for the server. */
const lingerMs = 1_000;
const maxHelloTopics = 100;

export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { clock, socket, listener } = options;
  const entries = new Map<string, Entry>();
  const position = (name: string) => entries.get(name)?.sequencer?.position;
  const host: CollectionHost = {
    ...{ listener, position, isHeld },
    sequencer: (name, start) => entryOf(name, start).sequencer,
  };

  /** What all topics of this one's kind are followed by, if they are. */
  const collectionOf = (name: string) => entries.get(name.replace(/:.*/, ':*'))?.collection;

  function deliver(frame: EventFrame) {
    const { topic } = frame;
    listener(topic)?.event(frame);
    const { subscription, sequencer } = entries.get(topic) ?? {};
    if (subscription?.followers && sequencer?.position) options.onPosition(topic, sequencer.position);
    collectionOf(topic)?.event(frame);
  }

  /** Whether somebody follows it, or did a moment ago. */
  function isHeld(name: string): boolean {
    const entry = entries.get(name);
    return entry !== undefined && (entry.subscription.followers > 0 || entry.linger !== undefined);
  }

  /** @param start where its events are to go on from, if it is new. */
  function entryOf(name: string, start?: Position): Entry {
    const known = entries.get(name);
    if (known) return known;
    const collection = options.collection(name)?.(name, host);
    const repair = () => entry.subscription.catchUp();
    const sequencer = collection ? undefined : createSequencer({ clock, deliver, repair }, start);
    const sync = collection ?? countedSync(name, sequencer as Sequencer);
    const subscription = createSubscription({
      ...{ ...options, name, sync },
      listener: () => listener(name),
      onEmpty: () => forget(name),
    });
    const entry: Entry = { subscription, sync, sequencer, collection };
    entries.set(name, entry);
    return entry;
  }

  const countedSync = (name: string, sequencer: Sequencer) =>
    createCountedSync(sequencer, (kind, at, snapshot, events) => {
      if (isHeld(name)) {
        listener(name)?.jump(kind, snapshot, at, events);
        options.onPosition(name, at);
      }
      if (kind === 'reset') collectionOf(name)?.reset(name, at, snapshot);
    });

  function forget(name: string) {
    const entry = entries.get(name);
    if (!entry || isHeld(name)) return;
    listener(name)?.left();
    // The members of a collection keep their places while it is followed.
    if (entry.sequencer && collectionOf(name)?.head()) return;
    entries.delete(name);
    entry.sequencer?.stop();
    if (!entry.collection) return;
    for (const { subscription } of [...entries.values()])
      if (!subscription.isJoined()) forget(subscription.name);
  }

  function leave(entry: Entry) {
    stay(entry);
    entry.subscription.leave();
  }

  function stay(entry: Entry) {
    entry.linger?.cancel();
    entry.linger = undefined;
  }

  /** The topic that a frame is of, if we have any use for it. */
  function sequencerFor(name: string, epoch: string): Sequencer | undefined {
    const known = entries.get(name)?.sequencer;
    const collection = collectionOf(name);
    if (known || !collection) return known;
    // A topic that no list names had no event before this one's epoch began.
    return entryOf(name, collection.head() && { epoch, seq: 0 }).sequencer;
  }

  /** Asks about all of these topics, and again about those that one answer had no room for. */
  async function syncAll(heads: Readonly<Record<string, Head>>, on: Socket) {
    const asked = Object.entries(heads);
    if (asked.length === 0) return;
    const { payload, ts = 0 } = await options.ask('sync', undefined, { heads }, on);
    const { behind, more } = payload as Answer<'sync'>;
    const unseen = asked.filter(([name]) => itemsOf(more).includes(name));
    const missed = new Set<Collection | undefined>();
    for (const [name, { epoch, seq }] of Object.entries(behind)) {
      const sent = heads[name];
      const head = { epoch: epoch ?? '', seq };
      const has = position(name);
      // A collection names what changed of late, whether or not we have it.
      if (has?.epoch === epoch && has.seq === seq) continue;
      if (sent && 'seq' in sent) {
        // Its event may be on its way. An epoch that ended, or a shorter log, brings none.
        const isExpected = sent.epoch === epoch && seq > sent.seq;
        if (isExpected) entries.get(name)?.sequencer?.known(head, { lost: false });
        else entries.get(name)?.subscription.catchUp();
      } else if (isBehind(has, head)) missed.add(collectionOf(name));
    }
    for (const { subscription, collection } of entries.values()) {
      if (!collection) continue;
      if (missed.has(collection)) subscription.catchUp();
      else if (subscription.name in heads && unseen.length === 0) collection.unchanged(ts);
    }
    // A server that looks at none would be asked for ever.
    if (unseen.length < asked.length) await syncAll(Object.fromEntries(unseen), on);
  }

  const all: Subscriptions = {
    restore() {
      for (const [name, { sequencer }] of entries) sequencer?.begin(options.restored(name));
    },
    follow(name) {
      const entry = entryOf(name, options.restored(name));
      stay(entry);
      if (entry.subscription.followers++ > 0) return;
      collectionOf(name)?.introduce(name);
      entry.subscription.settle();
    },
    unfollow(name) {
      const entry = entries.get(name);
      if (!entry || --entry.subscription.followers > 0) return;
      entry.linger = clock.setTimeout(() => leave(entry), lingerMs);
    },
    position,
    hello() {
      const subs = [...entries.values()]
        .filter(({ subscription }) => subscription.followers > 0)
        .slice(0, maxHelloTopics)
        // A collection says where each of its members stands: it comes last, so that nothing is asked for twice.
        .sort((a, b) => Number(!a.sequencer) - Number(!b.sequencer))
        .map(({ subscription, sync }) => ({ topic: subscription.name, since: sync.request().since }));
      return { v: 1, clientId: options.clientId, subs };
    },
    opened(on, answer) {
      for (const asked of on.asked.subs ?? []) {
        const subscription = entries.get(asked.topic)?.subscription;
        const one = (answer.subs as readonly Unknown[]).find(({ topic }) => topic === asked.topic);
        if (isObject(one?.error)) subscription?.refuse(toError(one.error));
        else if (one) subscription?.greeted(on, readSubscribed(one), asked);
      }
      for (const { subscription } of [...entries.values()]) subscription.settle();
    },
    frame(frame) {
      const { type, topic, epoch, seq, payload } = frame;
      // An error that answers nothing of ours is no event.
      if (topic === undefined || (type === 'error' && seq === undefined)) return;
      if (type === 'resync') {
        if (isPosition(payload)) sequencerFor(topic, payload.epoch)?.known(payload, { lost: true });
      } else if (type === 'unsubscribed') {
        entries.get(topic)?.subscription.refuse(toError(payload as Unknown));
      } else if (epoch === undefined || seq === undefined) {
        listener(topic)?.event(frame);
      } else if (isPosition(frame)) {
        sequencerFor(topic, epoch)?.receive(frame as EventFrame);
      }
    },
    async sync() {
      const heads: Record<string, Head> = {};
      for (const { subscription, sequencer, collection } of [...entries.values()]) {
        subscription.settle();
        const has = sequencer?.position ?? collection?.head();
        if (has && subscription.isJoined()) heads[subscription.name] = has;
      }
      // Without a connection nothing is joined, and nothing asked.
      await syncAll(heads, socket() as Socket);
    },
    stop() {
      for (const entry of [...entries.values()]) {
        entry.sequencer?.stop();
        if (entry.linger) leave(entry);
      }
    },
    end() {
      all.stop();
      const ended = [...entries.values()];
      entries.clear();
      return ended.flatMap(({ subscription }) =>
        Array<string>(subscription.followers).fill(subscription.name),
      );
    },
  };
  return all;
}
