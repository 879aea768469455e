import { type Clock, steady, systemClock } from '../base/clock.ts';
import { rethrow } from '../base/liveStore.ts';
import { ownerWatch } from '../base/ownerWatch.ts';
import { createStore, type Store } from '../base/store.ts';
import { TidingsError } from '../base/tidingsError.ts';
import type { Client, RequestOptions } from '../client.ts';
import type { Contract, KindName, RequestAnswer, RequestName, RequestPayload } from '../contract.ts';
import { refLifeMs } from '../requests/outbox.ts';
import type { Position } from '../topics/sequencer.ts';
import type { Topic } from '../topics/topic.ts';
import type { TidingsContract } from './tidingsContract.ts';

/** Something that was sent and is not seen in the topic yet. */
export interface PendingSend<P> {
  readonly ref: string;
  readonly payload: P;
  /** `failed`: the server refused it, or nobody knows; `retry` asks again, and `dismiss` forgets it. */
  readonly state: 'sending' | 'failed';
  readonly error?: TidingsError;
}

/** What was sent and is not seen yet, and how to send more. */
export interface Sends<P, A> extends Store<readonly PendingSend<P>[]> {
  /** @throws TidingsError as `client.request`; what failed stays in the list until it is retried or dismissed. */
  send(payload: P, options?: Pick<RequestOptions, 'signal' | 'offline'>): Promise<A>;
  /** Asks again under the same `ref`: what had succeeded is not done twice. @throws TidingsError as `send`; `conflict` 23 hours after it was first sent, unless it is known not to have succeeded */
  retry(ref: string): Promise<A>;
  dismiss(ref: string): void;
}

/** How an action is asked for. */
export interface SendsOptions {
  /** What the action is about, for an action on a topic: `room:lobby`. */
  readonly topic?: string;
  readonly clock?: Clock;
}

interface Entry<P> {
  readonly send: PendingSend<P>;
  readonly firstSentAt: number;
  /** Whether it may have succeeded although it failed here. */
  readonly isOpen: boolean;
  /** Seen in the topic already, by its content: hidden until the answer says where it stands. */
  readonly seen: boolean;
  /** Where the answer says that it stands. */
  readonly at?: Position;
}

/**
 * Sends that are shown at once. Each is in the list until the topic has come to its event, which the answer to
 * its `ref` names; so that what is sent is seen either as pending or in the topic, and not twice.
 *
 * @param seenOn the topic on which its event comes. Without one a send leaves the list with its answer.
 */
export function createSends<
  C extends Contract = TidingsContract,
  N extends RequestName<C> = RequestName<C>,
  K extends KindName<C> = KindName<C>,
>(
  client: Pick<Client<C>, 'request' | 'status'>,
  action: N,
  seenOn?: Topic<C, K>,
  { topic, clock: ownClock = systemClock }: SendsOptions = {},
): Sends<RequestPayload<C, N>, RequestAnswer<C, N>> {
  type P = RequestPayload<C, N>;
  type A = RequestAnswer<C, N>;
  const store = createStore<readonly PendingSend<P>[]>([], rethrow);
  const entries = new Map<string, Entry<P>>();
  const clock = steady(ownClock);
  let stopWatching: (() => void) | undefined;
  const isAnotherUser = ownerWatch(client);
  let stopForgetting: (() => void) | undefined;

  function change(ref: string, entry: Entry<P> | undefined) {
    if (entry) entries.set(ref, entry);
    else entries.delete(ref);
    // What failed waits for the user, perhaps for ever, and for nothing in the topic.
    if ([...entries.values()].some(({ send }) => send.state === 'sending')) stopWatching ??= watch();
    else {
      stopWatching?.();
      stopWatching = undefined;
    }
    if (entries.size > 0) stopForgetting ??= client.status.subscribe(forgetFormer);
    else {
      stopForgetting?.();
      stopForgetting = undefined;
    }
    const shown = [...entries.values()].filter(({ seen }) => !seen).map(({ send }) => send);
    if (shown.length > 0 || store.getSnapshot().length > 0) store.set(shown);
  }

  /** What one user sent is neither shown to the next nor asked again in their name. */
  function forgetFormer() {
    if (isAnotherUser()) for (const ref of [...entries.keys()]) change(ref, undefined);
  }

  function watch(): (() => void) | undefined {
    if (!seenOn) return undefined;
    const stops = [
      seenOn.on('*', onEvent),
      seenOn.on('error', settle),
      // Tells also of a state that takes the place of events.
      seenOn.subscribe(settle),
    ];
    seenOn.joined().then(settle, settle);
    return () => {
      for (const stop of stops) stop();
    };
  }

  function onEvent(event: { readonly from?: string; readonly payload: unknown }) {
    settle();
    if (event.from === undefined || event.from !== client.status.getSnapshot().session?.userId) return;
    for (const [ref, entry] of entries) {
      if (entry.seen || entry.at || !contains(event.payload, entry.send.payload)) continue;
      return change(ref, { ...entry, seen: true });
    }
  }

  /** Forgets what the topic has come to. */
  function settle() {
    for (const [ref, { at }] of [...entries]) {
      if (at && (seenOn?.error || isPast(at, seenOn?.position))) change(ref, undefined);
    }
  }

  async function ask(
    { ref, payload, firstSentAt, isOpen }: Attempt<P>,
    requestOptions: Pick<RequestOptions, 'signal' | 'offline'>,
  ): Promise<A> {
    forgetFormer();
    const entry: Entry<P> = { send: { ref, payload, state: 'sending' }, firstSentAt, isOpen, seen: false };
    change(ref, entry);
    try {
      const options: RequestOptions = { ...requestOptions, ref, ...(topic !== undefined && { topic }) };
      const request = client.request as (...asked: readonly [N, P, RequestOptions]) => Promise<A>;
      const answer = await request(action, payload, options);
      answered(ref, answer as Partial<Position>);
      return answer;
    } catch (error) {
      const known = error instanceof TidingsError ? { error } : {};
      const send: PendingSend<P> = { ref, payload, state: 'failed', ...known };
      if (entries.has(ref)) change(ref, { ...entry, send, isOpen: isOpen || leavesOpen(error) });
      throw error;
    }
  }

  /**
   * Asks again for what may have succeeded. Once the server has forgotten the ref it would be done a second time,
   * under the old ref as under a new one: only the user can see whether it was done, and send it anew.
   */
  async function askInTime(attempt: Attempt<P>): Promise<A> {
    const leftMs = attempt.firstSentAt + refLifeMs - clock.now();
    const tooLate = new TidingsError('conflict', `${attempt.ref} was sent too long ago to be asked again`);
    if (leftMs <= 0) throw tooLate;
    const giveUp = new AbortController();
    const timer = clock.setTimeout(() => giveUp.abort(tooLate), leftMs);
    try {
      return await ask(attempt, { signal: giveUp.signal });
    } finally {
      timer.cancel();
    }
  }

  function answered(ref: string, { epoch, seq }: Partial<Position>) {
    const entry = entries.get(ref);
    if (!entry) return;
    // A collection has no numbers to wait for.
    const isCounted = epoch !== undefined && seq !== undefined && seenOn && !seenOn.name.endsWith(':*');
    change(ref, isCounted ? { ...entry, seen: false, at: { epoch, seq } } : undefined);
    settle();
  }

  return {
    subscribe: store.subscribe,
    getSnapshot: store.getSnapshot,
    send: (payload, requestOptions = {}) =>
      ask({ ref: newRef(), payload, firstSentAt: clock.now(), isOpen: false }, requestOptions),
    async retry(ref) {
      const entry = entries.get(ref);
      if (entry?.send.state !== 'failed') throw new TidingsError('conflict', `${ref} has not failed`);
      const { send, firstSentAt, isOpen } = entry;
      const attempt = { ref, payload: send.payload, firstSentAt, isOpen };
      // What was refused for certain is a first request whenever it comes.
      return isOpen ? askInTime(attempt) : ask(attempt, {});
    },
    dismiss(ref) {
      if (entries.get(ref)?.send.state === 'failed') change(ref, undefined);
    },
  };
}

interface Attempt<P> extends Pick<Entry<P>, 'firstSentAt' | 'isOpen'> {
  readonly ref: string;
  readonly payload: P;
}

/** Only a server that will never do it, or a request that was never sent, tells for certain that nothing was done. */
const leavesOpen = (error: unknown) =>
  !(error instanceof TidingsError) ||
  /^(closed|identity_mismatch)$/.test(error.code) ||
  (error.retryable && error.code !== 'queue_full');

/** Of another epoch nothing can be told: what was sent before is in its state, or lost. */
const isPast = (at: Position, position: Position | undefined) =>
  position !== undefined && (position.epoch !== at.epoch || position.seq >= at.seq);

/** Whether an event says all that was asked for. */
function contains(said: unknown, asked: unknown): boolean {
  if (typeof asked !== 'object' || asked === null) return Object.is(said, asked);
  if (typeof said !== 'object' || said === null) return false;
  return Object.entries(asked).every(([key, value]) =>
    contains((said as Readonly<Record<string, unknown>>)[key], value),
  );
}

let sends = 0;
const newRef = () => `send-${(sends++).toString(36)}-${Math.floor(Math.random() * 2 ** 48).toString(36)}`;
