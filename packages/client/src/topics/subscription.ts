import type { Answer, Payload, ServerFrame } from '@tidings/protocol';
import type { Timer } from '../base/clock.ts';
import { readSubscribed, type Unknown } from '../base/incoming.ts';
import type { TidingsError } from '../base/tidingsError.ts';
import type { Socket } from '../connection/socket.ts';
import type { Collection } from './collectionRule.ts';
import type { Sequencer } from './sequencer.ts';
import type { TopicListener } from './topicListener.ts';

export type Subscribed = Answer<'subscribe'>;
export type SubscribePayload = Payload<'subscribe'>;

/** How a topic is brought up to date: by the numbers of its events or, for a collection, by those of its members. */
export interface TopicSync {
  /** What to ask with, so that the answer brings only what is missing. */
  request(): SubscribePayload;
  /** @returns whether there is more to ask for. */
  apply(answer: Subscribed, asked: SubscribePayload): boolean;
}

export interface SubscriptionOptions {
  readonly name: string;
  readonly sync: TopicSync;
  /** Absent for a collection, which has no numbers. */
  readonly sequencer: Sequencer | undefined;
  readonly collection: Collection | undefined;
  /** The socket in use, if any. */
  socket(): Socket | undefined;
  ask(action: string, topic: string, payload: object, socket: Socket): Promise<ServerFrame>;
  /** Nobody wants it and the server has let go: it can be forgotten. */
  onEmpty(): void;
}

/** The client's side of one subscription. */
export interface Subscription
  extends Pick<SubscriptionOptions, 'name' | 'sync' | 'sequencer' | 'collection'> {
  /** Whom its events are for: nobody, if only its collection is followed. */
  listener?: TopicListener | undefined;
  /** How many listeners the app has on it. */
  followers: number;
  /** Runs from when the last one has left. */
  linger?: Timer | undefined;
  /** Asks the server for what is missing, now or as soon as there is a connection. */
  catchUp(): void;
  /** Makes the server's side what the app wants: one request at a time, for those of one connection run concurrently. */
  settle(): void;
  /** A new connection's `hello` says this about it. */
  greeted(socket: Socket, answer: Subscribed, asked: SubscribePayload): void;
  /** Whether the server sends its events on the socket in use, as far as we know. */
  isJoined(): boolean;
  /** Somebody follows it again, before it was left. */
  stay(): void;
  /** Nobody follows it any more. */
  leave(): void;
  refuse(error: TidingsError): void;
}

export function createSubscription(options: SubscriptionOptions): Subscription {
  const { name, sync, sequencer, collection, socket, ask } = options;
  let joinedOn: Socket | undefined;
  let refusedOn: Socket | undefined;
  let due = false;
  let busy = false;

  const subscription: Subscription = {
    ...{ name, sync, sequencer, collection },
    followers: 0,
    catchUp() {
      due = true;
      subscription.settle();
    },
    settle() {
      if (busy) return;
      busy = true;
      void work().finally(() => {
        busy = false;
        if (subscription.followers === 0 && !due && !subscription.isJoined()) options.onEmpty();
      });
    },
    isJoined: () => joinedOn !== undefined && joinedOn === socket(),
    stay() {
      subscription.linger?.cancel();
      subscription.linger = undefined;
    },
    leave() {
      subscription.stay();
      due = false;
      subscription.settle();
    },
    greeted(on, answer, asked) {
      joinedOn = on;
      refusedOn = undefined;
      // What did not fit into the answer of `hello` is asked for by itself.
      due = !!answer.more && !answer.events?.length;
      if (!due) take(answer, asked);
    },
    refuse(error) {
      refusedOn = socket();
      joinedOn = undefined;
      due = false;
      subscription.listener?.refused(error);
    },
  };

  async function work() {
    for (let on = socket(); on && on !== refusedOn; on = socket()) {
      const isJoined = joinedOn === on;
      if (due || (subscription.followers > 0 && !isJoined)) {
        const failure = await subscribe(on);
        if (!failure || socket() !== on) continue;
        if (!failure.retryable) subscription.refuse(failure);
        // Whatever may succeed later stays due, and is tried again with the next `sync`.
        return;
      }
      if (subscription.followers > 0 || !isJoined) return;
      joinedOn = undefined;
      await ask('unsubscribe', name, {}, on).catch(() => {
        // It was not subscribed, or the connection is gone: either way it is left.
      });
    }
  }

  function take(answer: Subscribed, asked: SubscribePayload) {
    // What it brings may show that more is missing.
    due = sync.apply(answer, asked) || due;
    if (!due) subscription.listener?.joined();
  }

  /** @returns why it failed, if it did. */
  async function subscribe(on: Socket): Promise<TidingsError | undefined> {
    const asked = sync.request();
    due = false;
    try {
      const { payload } = await ask('subscribe', name, asked, on);
      if (socket() === on) joinedOn = on;
      take(readSubscribed(payload as Unknown), asked);
    } catch (error) {
      due = true;
      return error as TidingsError;
    }
  }

  return subscription;
}
