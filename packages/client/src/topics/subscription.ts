import type { Answer, Payload, ServerFrame } from '@tidings/protocol';
import { readSubscribed, type Unknown } from '../base/incoming.ts';
import { TidingsError } from '../base/tidingsError.ts';
import type { Socket } from '../connection/socket.ts';
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
  /** The socket in use, if any. */
  socket(): Socket | undefined;
  ask(action: string, topic: string, payload: object, socket: Socket): Promise<ServerFrame>;
  listener(): Pick<TopicListener, 'joined' | 'refused'> | undefined;
  /** Nobody wants it and the server has let go: it can be forgotten. */
  onEmpty(): void;
}

/** The client's side of one subscription. */
export interface Subscription {
  readonly name: string;
  /** How many listeners the app has on it. */
  followers: number;
  /** Asks the server for what is missing, now or as soon as there is a connection. */
  catchUp(): void;
  /** Makes the server's side what the app wants: one request at a time, for those of one connection run concurrently. */
  settle(): void;
  /** A new connection's `hello` says this about it. */
  greeted(socket: Socket, answer: Subscribed, asked: SubscribePayload): void;
  /** Whether the server sends its events on the socket in use, as far as we know. */
  isJoined(): boolean;
  /** Nobody follows it any more. */
  leave(): void;
  refuse(error: TidingsError): void;
}

export function createSubscription(options: SubscriptionOptions): Subscription {
  const { name, sync } = options;
  let joinedOn: Socket | undefined;
  let refusedOn: Socket | undefined;
  let due = false;
  let busy = false;

  const subscription: Subscription = {
    name,
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
    isJoined: () => joinedOn !== undefined && joinedOn === options.socket(),
    leave() {
      due = false;
      subscription.settle();
    },
    greeted(socket, answer, asked) {
      joinedOn = socket;
      refusedOn = undefined;
      // What did not fit into the answer of `hello` is asked for by itself.
      due = answer.more === true && !answer.events?.length;
      if (!due) take(answer, asked);
    },
    refuse(error) {
      refusedOn = options.socket();
      joinedOn = undefined;
      due = false;
      options.listener()?.refused(error);
    },
  };

  async function work() {
    for (let socket = options.socket(); socket && socket !== refusedOn; socket = options.socket()) {
      const isJoined = joinedOn === socket;
      if (due || (subscription.followers > 0 && !isJoined)) {
        const failure = await subscribe(socket);
        if (failure === undefined || options.socket() !== socket) continue;
        if (failure instanceof TidingsError && !failure.retryable) subscription.refuse(failure);
        // Whatever may succeed later stays due, and is tried again with the next `sync`.
        return;
      }
      if (subscription.followers === 0 && isJoined) await unsubscribe(socket);
      else return;
    }
  }

  function take(answer: Subscribed, asked: SubscribePayload) {
    if (sync.apply(answer, asked)) due = true;
    if (!due) options.listener()?.joined();
  }

  /** @returns why it failed, if it did. */
  async function subscribe(socket: Socket): Promise<unknown> {
    const payload = sync.request();
    due = false;
    try {
      const answer = readSubscribed(
        (await options.ask('subscribe', name, payload, socket)).payload as Unknown,
      );
      if (options.socket() === socket) joinedOn = socket;
      take(answer, payload);
    } catch (error) {
      due = true;
      return error;
    }
  }

  async function unsubscribe(socket: Socket) {
    joinedOn = undefined;
    await options.ask('unsubscribe', name, {}, socket).catch(() => {
      // It was not subscribed, or the connection is gone: either way it is left.
    });
  }

  return subscription;
}
