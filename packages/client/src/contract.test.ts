import { expect, expectTypeOf, test } from 'vitest';
import { events } from '../../../test/support/appContracts.ts';
import { startClient } from '../test/startClient.ts';
import type { ClientFeature } from './clientFeature.ts';
import type { TopicEvent } from './contract.ts';
import { createClient } from './createClient.ts';
import type { ClientSnapshot, TidingsContract, UserSnapshot } from './features/tidingsContract.ts';
import { useEvent, useSend, useTopic } from './react/index.ts';
import { topicQuery } from './reactQuery/index.ts';

type Events = TidingsContract['events'];

test('the types of the events are those of the contracts, and none is missing', () => {
  const oneOfEach: Readonly<Record<keyof Events, 1>> = {
    interaction: 1,
    'interaction.forgotten': 1,
    engagement: 1,
    alert: 1,
    'alert.acknowledged': 1,
    message: 1,
    notification: 1,
    'notification.read': 1,
    'room.message': 1,
    'channel.message': 1,
    presence: 1,
    'queue.updated': 1,
    'job.progress': 1,
    'job.result': 1,
    'stream.start': 1,
    'stream.delta': 1,
    'stream.end': 1,
  };
  expect(new Set(Object.keys(oneOfEach))).toEqual(new Set(events.keys()));
  expectTypeOf<Events['interaction']['kind']>().toEqualTypeOf<string>();
  expectTypeOf<Events['interaction']['totals']>().toEqualTypeOf<Record<string, number>>();
  expectTypeOf<Events['room.message']>().toEqualTypeOf<{ body: string }>();
});

test('every kind of topic that the protocol has can be followed', () => {
  expectTypeOf<'user' | 'tenant' | 'msp' | 'client' | 'room' | 'queue' | 'conversation'>().toExtend<
    keyof TidingsContract['topics']
  >();
});

interface Ours extends TidingsContract {
  readonly actions: TidingsContract['actions'] & {
    readonly 'ticket.open': { payload: { title: string }; answer: { ticketId: string } };
  };
  readonly events: TidingsContract['events'] & { readonly 'ticket.opened': { ticketId: string } };
  readonly topics: TidingsContract['topics'] & { readonly desk: { open: number } };
}

test('a team’s own actions, events and topics are typed like those that are there', async () => {
  const { server } = startClient();
  const client = createClient<Ours>(server.options);
  const desk = client.topic('desk', 'one');
  desk.on('ticket.opened', (event) =>
    expectTypeOf(event).toEqualTypeOf<TopicEvent<'ticket.opened', { ticketId: string }>>(),
  );
  expectTypeOf(desk.snapshot).toEqualTypeOf<{ open: number } | undefined>();
  server.respond('ticket.open', ({ payload }) => ({ ticketId: `for ${payload?.title}` }));
  const answer = client.request('ticket.open', { title: 'x' });
  await server.advance(0);
  expectTypeOf(answer).resolves.toEqualTypeOf<{ ticketId: string }>();
  expect(await answer).toEqual({ ticketId: 'for x' });
  // @ts-expect-error an action that nobody declared
  client.request('ticket.close', {}).catch(() => {});
  // @ts-expect-error a payload without its title
  client.request('ticket.open', {}).catch(() => {});
  client.close();
});

test('a topic is named by an id exactly where there are many of its kind', () => {
  const { client } = startClient();
  expect([client.topic('user').name, client.topic('room', 'a').name]).toEqual(['user:me', 'room:a']);
  const name = (kind: 'user' | 'tenant') => client.topic(kind).name;
  expect(name('tenant')).toBe('tenant');
  // @ts-expect-error there are many rooms
  client.topic('room');
  // @ts-expect-error it may be absent
  client.topic('room', undefined as string | undefined);
  // @ts-expect-error there is one feed of all clients
  client.topic('client:*', 'acme');
  // @ts-expect-error there are many clients
  topicQuery(client, 'client');
  // @ts-expect-error there is one feed of a user
  topicQuery(client, 'user', 'me');
});

const count = (all: number) => all + 1;

/** Only to be checked: hooks are called by components. */
export function WrongHooks() {
  // @ts-expect-error there are many rooms
  useTopic('room');
  // @ts-expect-error there is one feed of all clients
  useTopic('client:*', 'acme');
  // @ts-expect-error what a state begins with is of no use without what changes it
  useTopic('room', 'a', { initial: () => 0 });
  // @ts-expect-error what changes a state needs one to begin with
  useTopic('room', 'a', { reducer: count });
  // @ts-expect-error there are many rooms
  useEvent('room', undefined, 'room.message', () => {});
  // @ts-expect-error there are many rooms
  useSend('room.send', { topic: ['room'] });
}

/** Only to be checked, too. */
export function RightHooks() {
  expectTypeOf(useTopic('client', 'acme').data).toEqualTypeOf<ClientSnapshot | undefined>();
  expectTypeOf(useTopic('user').data).toEqualTypeOf<UserSnapshot | undefined>();
  const { data: unread } = useTopic('user', undefined, { select: (user) => user?.unread, suspense: true });
  expectTypeOf(unread).toEqualTypeOf<number | undefined>();
  const { data: counted } = useTopic('user', undefined, { initial: () => 0, reducer: count });
  expectTypeOf(counted).toEqualTypeOf<number>();
  const { data: text } = useTopic('room', 'a', { initial: () => 0, reducer: count, select: String });
  expectTypeOf(text).toEqualTypeOf<string>();
  useEvent('user', undefined, 'notification', () => {});
}

type LampEvent =
  | { readonly type: 'lamp.lit'; readonly payload: { readonly watts: number } }
  | { readonly type: 'lamp.out'; readonly payload: { readonly at: string } };

test('a fold may take the union of its events, which their types tell apart', () => {
  const fold = (lamp: { readonly watts: number }, event: LampEvent) => ({
    watts: event.type === 'lamp.lit' ? event.payload.watts : lamp.watts,
  });
  expectTypeOf({ topics: { lamp: { fold } } }).toExtend<ClientFeature>();
});
