import type { Answer, Payload, ServerFrame } from '@tidings/protocol';
import { readSubscribed, type Unknown } from '../base/incoming.ts';
import { TidingsError } from '../base/tidingsError.ts';
import type { Link } from '../connection/socket.ts';
import type { Audience } from './topicListener.ts';

export type Subscribed = Answer<'subscribe'>;
export type SubscribePayload = Payload<'subscribe'>;

/** What a topic does with answers: one kind counts its events, the other is a list of topics that do. */
export interface Place {
  /** What to ask with, so that the answer brings only what is missing. */
  request(): SubscribePayload;
  /** @returns whether there is more to ask for. */
  apply(answer: Subscribed, asked: SubscribePayload): boolean;
}

export interface SeatOptions {
  readonly name: string;
  readonly place: Place;
  /** Whether there is something to ask for from the start. */
  readonly due: boolean;
  /** The link in use, if any. */
  link(): Link | undefined;
  ask(action: string, topic: string, payload: object, link: Link): Promise<ServerFrame>;
  audience(): Pick<Audience, 'joined' | 'refused'> | undefined;
  /** Nobody wants it and the server has let go: it can be forgotten. */
  onEmpty(): void;
}

/** The client's side of one subscription. */
export interface Seat {
  readonly name: string;
  /** How many listeners the app has on it. */
  followers: number;
  /** Asks the server for what is missing, now or as soon as there is a connection. */
  catchUp(): void;
  /** Makes the server's side what the app wants: one request at a time, for those of one connection run concurrently. */
  settle(): void;
  /** A new connection's `hello` says this about it. */
  greeted(link: Link, answer: Subscribed, asked: SubscribePayload): void;
  /** Whether the server sends its events on the link in use, as far as we know. */
  isJoined(): boolean;
  /** Nobody follows it any more. */
  leave(): void;
  refuse(error: TidingsError): void;
}

export function createSeat(options: SeatOptions): Seat {
  const { name, place } = options;
  let joinedOn: Link | undefined;
  let refusedOn: Link | undefined;
  let due = options.due;
  let busy = false;

  const seat: Seat = {
    name,
    followers: 0,
    catchUp() {
      due = true;
      seat.settle();
    },
    settle() {
      if (busy) return;
      busy = true;
      void work().finally(() => {
        busy = false;
        if (seat.followers === 0 && !due && !seat.isJoined()) options.onEmpty();
      });
    },
    isJoined: () => joinedOn !== undefined && joinedOn === options.link(),
    leave() {
      due = false;
      seat.settle();
    },
    greeted(link, answer, asked) {
      joinedOn = link;
      refusedOn = undefined;
      // What did not fit into the answer of `hello` is asked for by itself.
      due = answer.more === true && !answer.events?.length;
      if (!due) take(answer, asked);
    },
    refuse(error) {
      refusedOn = options.link();
      joinedOn = undefined;
      due = false;
      options.audience()?.refused(error);
    },
  };

  async function work() {
    for (let link = options.link(); link && link !== refusedOn; link = options.link()) {
      const isJoined = joinedOn === link;
      if (due || (seat.followers > 0 && !isJoined)) {
        const failure = await subscribe(link);
        if (failure === undefined || options.link() !== link) continue;
        if (failure instanceof TidingsError && !failure.retryable) seat.refuse(failure);
        // Whatever may succeed later stays due, and is tried again with the next `sync`.
        return;
      }
      if (seat.followers === 0 && isJoined) await unsubscribe(link);
      else return;
    }
  }

  function take(answer: Subscribed, asked: SubscribePayload) {
    if (place.apply(answer, asked)) due = true;
    if (!due) options.audience()?.joined();
  }

  /** @returns why it failed, if it did. */
  async function subscribe(link: Link): Promise<unknown> {
    const payload = place.request();
    due = false;
    try {
      const answer = readSubscribed((await options.ask('subscribe', name, payload, link)).payload as Unknown);
      if (options.link() === link) joinedOn = link;
      take(answer, payload);
    } catch (error) {
      due = true;
      return error;
    }
  }

  async function unsubscribe(link: Link) {
    joinedOn = undefined;
    await options.ask('unsubscribe', name, {}, link).catch(() => {
      // It was not subscribed, or the connection is gone: either way it is left.
    });
  }

  return seat;
}
