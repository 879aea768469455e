import type { Answer, EventFrame, ServerFrame } from '@tidings/protocol';
import { lingerMs, maxHelloTopics, maxNamedFeeds } from '../base/bounds.ts';
import type { Clock } from '../base/clock.ts';
import { isObject, isPosition, itemsOf, readSubscribed, type Unknown } from '../base/incoming.ts';
import { type TidingsError, toError } from '../base/tidingsError.ts';
import type { TopicRules } from '../clientFeature.ts';
import type { HelloAnswer, HelloPayload, Socket } from '../connection/socket.ts';
import type { Head } from './collectionRule.ts';
import { createCountedSync, type Jump } from './countedSync.ts';
import type { KeptPositions } from './positions.ts';
import { createSequencer, type Position, type Sequencer } from './sequencer.ts';
import { createSubscription, type Subscription } from './subscription.ts';
import type { TopicListener } from './topicListener.ts';

export interface SubscriptionsOptions {
  readonly clock: Clock;
  /** The client's own name of this device or tab. */
  readonly clientId: string;
  socket(): Socket | undefined;
  ask(action: string, topic: string | undefined, payload: object, socket: Socket): Promise<ServerFrame>;
  rules(topic: string): TopicRules;
  /** Whether it is of a kind that a connection may be on without having asked. */
  isFeed(topic: string): boolean;
  /** Where the app had got to before it was started, and where it gets to. */
  readonly positions: Pick<KeptPositions, 'get' | 'set'> | undefined;
}

/** All that the app follows, and how far it has got: what survives a connection. */
export interface Subscriptions {
  /** Takes up the positions that were kept, once they are loaded. */
  restore(): void;
  follow(topic: string, listener: TopicListener): void;
  unfollow(topic: string): void;
  position(topic: string): Position | undefined;
  /** The feeds that somebody follows. */
  feeds(): readonly string[];
  hello(): HelloPayload;
  opened(socket: Socket, answer: HelloAnswer): void;
  frame(frame: ServerFrame): void;
  /** Asks whether a last event was lost (PROTOCOL.md 3.9), and tries again what failed. It never throws. */
  sync(): Promise<void>;
  /** @param why the client is closed: whoever waits for something waits in vain. */
  stop(why?: TidingsError): void;
  /** Another user follows what the former one did, and knows nothing of it. */
  succeed(): void;
}

export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { clock, positions, isFeed } = options;
  /** Of topics that are followed, and of the members of collections that are. */
  const all = new Map<string, Subscription>();
  const listener = (name: string) => all.get(name)?.listener;
  const position = (name: string) => all.get(name)?.sequencer?.position;
  const sequencerOf = (name: string, start?: Position) => subscriptionOf(name, start).sequencer;
  const host = { listener, position, isHeld, sequencer: sequencerOf, sync };

  /** What all topics of this one's kind are followed by, if they are. */
  const collectionOf = (name: string) => all.get(name.replace(/:.*/, ':*'))?.collection;

  function deliver(frame: EventFrame) {
    const { topic, type } = frame;
    // A batch left it out.
    if (type) listener(topic)?.event(frame);
    const at = position(topic);
    if (at && all.get(topic)?.followers) positions?.set(topic, at);
    if (type) collectionOf(topic)?.event(frame);
  }

  const followed = () => [...all.values()].filter(({ followers }) => followers);

  /** Whether somebody follows it, or did a moment ago. */
  function isHeld(name: string): boolean {
    const { followers, linger } = all.get(name) ?? {};
    return !!followers || linger !== undefined;
  }

  /** @param start where its events are to go on from, if it is new. */
  function subscriptionOf(name: string, start?: Position): Subscription {
    const known = all.get(name);
    if (known) return known;
    const rules = options.rules(name);
    const collection = rules.collection?.(name, host);
    const repair = () => subscription.catchUp();
    const sequencer = collection ? undefined : createSequencer({ clock, deliver, repair }, start);
    const sync = collection ?? (rules.sync ?? createCountedSync)(sequencer as Sequencer, onJump);
    const subscription = createSubscription({
      ...{ ...options, name, sync, sequencer, collection },
      // What a former user followed asks for nothing any more.
      socket: () => (all.get(name) === subscription ? options.socket() : undefined),
      onEmpty: () => forget(subscription),
    });
    all.set(name, subscription);
    return subscription;

    function onJump(...[kind, at, snapshot, events]: Parameters<Jump>) {
      if (isHeld(name)) {
        listener(name)?.jump(kind, snapshot, at, events);
        // Not where nobody listens any more: the app would go on from a state that it never had.
        if (all.get(name)?.followers) positions?.set(name, at);
      }
      if (kind === 'reset') collectionOf(name)?.reset(name, at, snapshot);
    }
  }

  function forget(subscription: Subscription) {
    const { name, sequencer, collection } = subscription;
    if (all.get(name) !== subscription || isHeld(name)) return;
    subscription.listener?.left();
    subscription.listener = undefined;
    // The members of a collection keep their places while it is followed.
    if (sequencer && collectionOf(name)?.head()) return;
    all.delete(name);
    sequencer?.stop();
    if (!collection) return;
    for (const one of all.values()) if (!one.isJoined()) forget(one);
  }

  /** The topic that a frame is of, if we have any use for it. */
  function sequencerFor(topic: string, at: Position): Sequencer | undefined {
    const collection = collectionOf(topic);
    return collection ? sequencerOf(topic, collection.since(topic, at)) : all.get(topic)?.sequencer;
  }

  /** Asks about all of these topics, and again about those that one answer had no room for. */
  async function syncAll(heads: Readonly<Record<string, Head>>, on: Socket) {
    const asked = Object.entries(heads);
    if (!asked[0]) return;
    const { payload, ts = 0 } = await options.ask('sync', undefined, { heads }, on);
    const { behind, more } = payload as Answer<'sync'>;
    const unseen = asked.filter(([name]) => itemsOf(more).includes(name));
    for (const [name, { epoch, seq }] of Object.entries(behind)) {
      const sent = heads[name] as Position | undefined;
      const has = position(name);
      // It has come meanwhile.
      if (!sent || (has?.epoch === epoch && has.seq === seq)) continue;
      // Its event may be on its way. An epoch that ended, or a shorter log, brings none.
      if (sent.epoch === epoch && seq > sent.seq)
        all.get(name)?.sequencer?.known({ epoch, seq }, { lost: false });
      else all.get(name)?.catchUp();
    }
    for (const { name, collection, catchUp } of all.values()) {
      if (collection?.named(behind, heads, name in heads && !unseen[0] ? ts : 0)) catchUp();
    }
    // A server that looks at none would be asked for ever.
    if (unseen.length < asked.length) await syncAll(Object.fromEntries(unseen), on);
  }

  function sync() {
    const heads: Record<string, Head> = {};
    for (const { name, sequencer, collection, settle, isJoined } of all.values()) {
      settle();
      const has = sequencer?.position ?? collection?.head();
      if (has && isJoined()) heads[name] = has;
    }
    // Without a connection nothing is joined, and nothing asked.
    return syncAll(heads, options.socket() as Socket).catch(({ code }: TidingsError) => {
      // One was taken away and the word of it was lost: asked for by itself, each says whether it was that.
      if (code === 'forbidden') for (const name in heads) all.get(name)?.catchUp();
      // What else fails is made up for by the next one.
    });
  }

  const subscriptions: Subscriptions = {
    restore() {
      for (const [name, { sequencer }] of all) sequencer?.begin(positions?.get(name));
    },
    follow(name, to) {
      const subscription = subscriptionOf(name, positions?.get(name));
      subscription.listener = to;
      subscription.stay();
      if (subscription.followers++ > 0) return;
      collectionOf(name)?.introduce(name);
      subscription.settle();
    },
    unfollow(name) {
      const subscription = all.get(name);
      if (!subscription || --subscription.followers > 0) return;
      subscription.linger = clock.setTimeout(subscription.leave, lingerMs);
    },
    position,
    feeds: () =>
      followed()
        .map(({ name }) => name)
        .filter(isFeed)
        .slice(0, maxNamedFeeds),
    hello() {
      const subs = followed()
        .slice(0, maxHelloTopics)
        // A collection says where each of its members stands: it comes last, so that nothing is asked for twice.
        .sort((a, b) => Number(!a.sequencer) - Number(!b.sequencer))
        .map(({ name, sync }) => ({ topic: name, since: sync.request().since }));
      return { v: 1, clientId: options.clientId, subs, features: ['batch'] };
    },
    opened(on, answer) {
      for (const asked of on.asked.subs ?? []) {
        const subscription = all.get(asked.topic);
        const one = (answer.subs as readonly Unknown[]).find(({ topic }) => topic === asked.topic);
        if (isObject(one?.error)) subscription?.refuse(toError(one.error));
        else if (one) subscription?.greeted(on, readSubscribed(one), asked);
      }
      for (const { settle } of all.values()) settle();
    },
    frame(frame) {
      const { type, topic, epoch, seq, payload } = frame;
      if (topic === undefined) return;
      if (type === 'resync') {
        if (isPosition(payload)) sequencerFor(topic, payload)?.known(payload, { lost: true });
      } else if (type === 'unsubscribed') {
        all.get(topic)?.refuse(toError(payload as Unknown));
      } else if (epoch === undefined || seq === undefined) {
        // An error that answers nothing of ours is no event.
        if (type !== 'error') listener(topic)?.event(frame);
      } else if (isPosition(frame)) {
        sequencerFor(topic, frame)?.receive(frame as EventFrame);
      }
    },
    sync,
    stop(why) {
      for (const { sequencer, linger, leave, listener } of all.values()) {
        sequencer?.stop();
        if (linger) leave();
        if (why) listener?.closed(why);
      }
    },
    succeed() {
      subscriptions.stop();
      const former = [...all.values()];
      all.clear();
      for (const { name, followers, listener } of former) {
        if (!listener) continue;
        for (let follower = 0; follower < followers; follower++) subscriptions.follow(name, listener);
      }
      // The app hears of it when all is in its place again.
      for (const { name, listener } of former) listener?.left(all.has(name) ? 'passed on' : undefined);
    },
  };
  return subscriptions;
}
