import { useMemo } from 'react';
import type { LoneKind, RequestAnswer, RequestName, RequestPayload } from '../contract.ts';
import { createSends, type PendingSend, type Sends } from '../features/createSends.ts';
import type { Registered } from './registered.ts';
import { useClient } from './tidingsProvider.ts';
import { useStore } from './useStore.ts';
import type { NamedKind } from './useTopic.ts';

type Name = RequestName<Registered>;
type P<N extends Name> = RequestPayload<Registered, N>;
type A<N extends Name> = RequestAnswer<Registered, N>;

type Words = readonly [kind: LoneKind<Registered>] | readonly [kind: NamedKind, id: string];

/** Which topics a send is about. */
export interface SendOptions {
  /** The topic of an action that takes one. */
  readonly topic?: Words;
  /** The topic on which the event of what is sent comes. @default `topic` */
  readonly seenOn?: Words;
}

/** What `useSend` gives. */
export interface Sending<N extends Name> extends Pick<Sends<P<N>, A<N>>, 'send' | 'retry' | 'dismiss'> {
  /** What was sent and is not in the topic yet: to be shown after the topic's own. */
  readonly pending: readonly PendingSend<P<N>>[];
}

const none: readonly never[] = [];
/**
 * Sends, and shows at once what was sent: `pending` has it until its event is in the topic, so that it is never
 * seen twice. What failed stays in `pending` with its error, to be retried under the same `ref` or dismissed.
 *
 * @example const { send, pending } = useSend('room.send', { topic: ['room', 'lobby'] });
 */
export function useSend<N extends Name>(action: N, options: SendOptions = {}): Sending<N> {
  const client = useClient();
  const [kind, id] = options.topic ?? [];
  const [seenKind, seenId] = options.seenOn ?? options.topic ?? [];
  const sends = useMemo(() => {
    const seenOn = seenKind && client.topic(seenKind, seenId as never);
    const topic = kind && client.topic(kind, id as never).name;
    return createSends(client, action, seenOn, topic === undefined ? {} : { topic });
  }, [client, action, kind, id, seenKind, seenId]);
  const pending = useStore(sends, none);
  return { send: sends.send, retry: sends.retry, dismiss: sends.dismiss, pending };
}
