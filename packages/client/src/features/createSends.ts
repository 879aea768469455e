import type { Client, RequestOptions } from '../client.ts';
import type { Contract, KindName, RequestAnswer, RequestName, RequestPayload } from '../contract.ts';
import { createStore, type Store } from '../status.ts';
import { TidingsError } from '../tidingsError.ts';
import type { Topic } from '../topic.ts';
import type { Position } from '../tracker.ts';
import { rethrow } from './liveStore.ts';

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
  /** Asks again under the same `ref`: what had succeeded is not done twice. */
  retry(ref: string): Promise<A>;
  dismiss(ref: string): void;
}

/** How an action is asked for. */
export interface SendsOptions {
  /** What the action is about, for an action on a topic: `room:lobby`. */
  readonly topic?: string;
}

interface Entry<P> {
  readonly send: PendingSend<P>;
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
export function createSends<C extends Contract, N extends RequestName<C>, K extends KindName<C>>(
  client: Pick<Client<C>, 'request' | 'status'>,
  action: N,
  seenOn?: Topic<C, K>,
  { topic }: SendsOptions = {},
): Sends<RequestPayload<C, N>, RequestAnswer<C, N>> {
  type P = RequestPayload<C, N>;
  type A = RequestAnswer<C, N>;
  const store = createStore<readonly PendingSend<P>[]>([], rethrow);
  const entries = new Map<string, Entry<P>>();
  let stopWatching: (() => void) | undefined;

  function change(ref: string, entry: Entry<P> | undefined) {
    if (entry) entries.set(ref, entry);
    else entries.delete(ref);
    if (entries.size === 0) {
      stopWatching?.();
      stopWatching = undefined;
    } else stopWatching ??= watch();
    const shown = [...entries.values()].filter(({ seen }) => !seen).map(({ send }) => send);
    if (shown.length > 0 || store.getSnapshot().length > 0) store.set(shown);
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

  async function ask(send: PendingSend<P>, wish: Pick<RequestOptions, 'signal' | 'offline'>): Promise<A> {
    const { ref, payload } = send;
    change(ref, { send, seen: false });
    try {
      const options: RequestOptions = { ...wish, ref, ...(topic !== undefined && { topic }) };
      const request = client.request as (...asked: readonly [N, P, RequestOptions]) => Promise<A>;
      const answer = await request(action, payload, options);
      answered(ref, answer as Partial<Position>);
      return answer;
    } catch (error) {
      const known = error instanceof TidingsError ? { error } : {};
      if (entries.has(ref)) change(ref, { send: { ref, payload, state: 'failed', ...known }, seen: false });
      throw error;
    }
  }

  function answered(ref: string, { epoch, seq }: Partial<Position>) {
    const entry = entries.get(ref);
    if (!entry) return;
    // `client:*` has no numbers to wait for.
    const isCounted = epoch !== undefined && seq !== undefined && seenOn && seenOn.name !== 'client:*';
    change(ref, isCounted ? { ...entry, seen: false, at: { epoch, seq } } : undefined);
    settle();
  }

  return {
    subscribe: store.subscribe,
    getSnapshot: store.getSnapshot,
    send: (payload, wish = {}) => ask({ ref: newRef(), payload, state: 'sending' }, wish),
    async retry(ref) {
      const entry = entries.get(ref);
      if (entry?.send.state !== 'failed') throw new TidingsError('conflict', `${ref} has not failed`);
      return ask({ ref, payload: entry.send.payload, state: 'sending' }, {});
    },
    dismiss(ref) {
      if (entries.get(ref)?.send.state === 'failed') change(ref, undefined);
    },
  };
}

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
