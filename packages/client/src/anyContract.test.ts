import { QueryClient } from '@tanstack/react-query';
import { type AppOf, action, contract, event, topic } from '@tidings/protocol';
import { expect, expectTypeOf, test } from 'vitest';
import * as z from 'zod/mini';
import type { channels } from '../../../features/channels/index.ts';
import { openClient } from '../test/startClient.ts';
import type { AnyClient, Client } from './client.ts';
import { createClient } from './createClient.ts';
import {
  askAssistant,
  createNotifications,
  createPresence,
  createSends,
  foldTopic,
  followJob,
  submitJob,
  topicView,
} from './features/index.ts';
import { bindNotifications, bindQueryClient, notificationsQuery, topicQuery } from './reactQuery/index.ts';
import { events } from './topics/events.ts';

const ticket = z.object({ ticketId: z.string(), title: z.string() });

const tickets = contract({
  topics: {
    tickets: topic({
      id: { shape: 'id', example: 'acme' },
      who: 'msp',
      snapshot: z.object({ open: z.array(ticket) }),
      all: { who: 'msp', snapshot: z.object({ tickets: z.array(ticket) }), documentation: 'All of them.' },
      documentation: 'The open tickets.',
    }),
    desk: topic({ who: 'msp', documentation: 'There is one.' }),
  },
  actions: {
    'ticket.create': action({
      roles: 'any',
      payload: z.object({ title: z.string(), urgent: z.optional(z.boolean()) }),
      answer: z.object({ ticketId: z.string() }),
      documentation: 'Opens one.',
    }),
  },
  events: {
    'ticket.created': event({
      topics: ['tickets:<id>'],
      payload: ticket,
      documentation: 'There is one more.',
    }),
  },
});

/** An app of nothing but a feature of its own, as its list of features has it. */
type App = AppOf<readonly [{ readonly contract: typeof tickets }]>;

const opened = async () => {
  const { server } = await openClient();
  return { server, client: createClient<App>(server.options) };
};

test('what an app declares is typed by its contract, from the request to the callback', async () => {
  const { server, client } = await opened();
  server.respond('ticket.create', ({ payload }) => ({ ticketId: `for ${payload?.title}` }));
  const answer = client.request('ticket.create', { title: 'No light', urgent: true });
  await server.advance(0);
  expect((await answer).ticketId).toBe('for No light');

  const acme = client.topic('tickets', 'acme');
  // 1 to 10: what is right.
  expectTypeOf(answer).resolves.toEqualTypeOf<{ ticketId: string }>();
  expectTypeOf(acme.snapshot?.open[0]?.title).toEqualTypeOf<string | undefined>();
  acme.on('ticket.created', ({ payload }) => expectTypeOf(payload.title).toEqualTypeOf<string>());
  acme.on(
    '*',
    ({ type, payload }) => type === 'ticket.created' && expectTypeOf(payload.ticketId).toBeString(),
  );
  acme.on('snapshot', ({ open }) => expectTypeOf(open).toExtend<readonly { readonly title: string }[]>());
  acme.on('reset', ({ snapshot }) => expectTypeOf(snapshot.open.length).toBeNumber());
  expectTypeOf(client.request<'stats'>).returns.resolves.toHaveProperty('connections');
  expectTypeOf(client.topic('user').name).toBeString();
  expectTypeOf(client).toExtend<AnyClient>();
  expect([client.topic('desk').name, client.topic('user').name]).toEqual(['desk', 'user:me']);
  expectTypeOf(() => client.topic('tickets:*').snapshot?.tickets.length).returns.toEqualTypeOf<
    number | undefined
  >();
  expectTypeOf(topicQuery(client, 'tickets', 'acme').queryKey).toExtend<readonly unknown[]>();

  const wrong = () => [
    // 11 to 22: what is wrong.
    // @ts-expect-error no such action
    client.request('ticket.open', {}),
    // @ts-expect-error an action of a feature that this app has not
    client.request('room.send', { body: 'x' }, { topic: 'room:a' }),
    // @ts-expect-error a payload without its title
    client.request('ticket.create', {}),
    // @ts-expect-error a field that it has not
    client.request('ticket.create', { title: 'x', colour: 'red' }),
    // @ts-expect-error a field of another type
    client.request('ticket.create', { title: 1 }),
    // @ts-expect-error no payload at all
    client.request('ticket.create'),
    // @ts-expect-error no such kind
    client.topic('ticket', 'acme'),
    // @ts-expect-error a kind of a feature that this app has not
    client.topic('room', 'lobby'),
    // @ts-expect-error of which client?
    client.topic('tickets'),
    // @ts-expect-error there is one desk
    client.topic('desk', 'acme'),
    // @ts-expect-error all tickets are one topic
    client.topic('tickets:*', 'acme'),
    // @ts-expect-error no such event
    acme.on('ticket.closed', () => {}),
    // @ts-expect-error a field that the event has not
    acme.on('ticket.created', ({ payload }) => payload.colour),
    // @ts-expect-error what the snapshot has not
    acme.snapshot?.closed,
  ];
  expect(wrong).toBeTypeOf('function');
  client.close();
});

test('every function of the client takes a client of any contract', async () => {
  const { server, client } = await opened();
  const acme = client.topic('tickets', 'acme');
  const each: readonly ((client: Client<App>) => unknown)[] = [
    (one) => askAssistant(one, 'Hello').done,
    (one) => createNotifications(one).getSnapshot(),
    (one) => createPresence(one, 'lobby').getSnapshot(),
    (one) => createSends(one, 'ticket.create', acme).getSnapshot(),
    (one) => submitJob(one, 'translate', {}).result,
    (one) => followJob(one, 'job-1').result,
    (one) => notificationsQuery(one).queryKey,
    (one) => bindNotifications(new QueryClient(), one),
    (one) => topicQuery(one, 'tickets', 'acme'),
    () => bindQueryClient(new QueryClient(), acme, {}),
    () => topicView(acme).getSnapshot(),
    () => foldTopic(acme, { initial: () => 0, reducer: (count) => count + 1 }).getSnapshot(),
    () => events(acme),
  ];
  for (const use of each) {
    const used = use(client);
    expect(used).toBeDefined();
    // What was begun ends with the client.
    if (used instanceof Promise) used.catch(() => {});
  }
  client.close();
  await server.advance(0);
});

/** An app with free channels of one kind. */
type Shop = AppOf<readonly [ReturnType<typeof channels<'orders'>>]>;

test('channels are topics of the kinds that an app names, and of no others', async () => {
  const { server } = await openClient();
  const client = createClient<Shop>(server.options);
  client.topic('orders', 'acme').on('channel.message', ({ payload }) => {
    expectTypeOf(payload.data).toBeUnknown();
  });
  expectTypeOf(() => client.topic('orders:*').name).returns.toBeString();
  const wrong = () => [
    // @ts-expect-error no such kind
    client.topic('order', 'acme'),
    // @ts-expect-error whose orders?
    client.topic('orders'),
    // @ts-expect-error all orders are one topic
    client.topic('orders:*', 'acme'),
  ];
  expect(wrong).toBeTypeOf('function');
  client.close();
});
