import { expect, expectTypeOf, test } from 'vitest';
import type * as z from 'zod/mini';
import type { alertEvents } from '../../protocol/src/actions/alerts.ts';
import type { engagementEvents } from '../../protocol/src/actions/engagement.ts';
import type { messageEvents } from '../../protocol/src/actions/messages.ts';
import type { roomEvents } from '../../protocol/src/actions/rooms.ts';
import { startClient } from '../test/startClient.ts';
import type { TidingsContract, TopicEvent } from './contract.ts';
import { createClient } from './createClient.ts';

type Events = TidingsContract['events'];
type PayloadOf<E extends { payload: z.ZodMiniType }> = z.output<E['payload']>;

test('the types of the events are those of the protocol', () => {
  expectTypeOf<Events['interaction']>().toEqualTypeOf<PayloadOf<typeof engagementEvents.interaction>>();
  expectTypeOf<Events['engagement']>().toExtend<PayloadOf<typeof engagementEvents.engagement>>();
  expectTypeOf<PayloadOf<typeof engagementEvents.engagement>>().toExtend<Events['engagement']>();
  expectTypeOf<Events['alert']>().toEqualTypeOf<PayloadOf<typeof alertEvents.alert>>();
  expectTypeOf<Events['alert.acknowledged']>().toEqualTypeOf<PayloadOf<typeof alertEvents.acknowledged>>();
  expectTypeOf<Events['message']>().toEqualTypeOf<PayloadOf<typeof messageEvents.message>>();
  expectTypeOf<Events['room.message']>().toEqualTypeOf<PayloadOf<typeof roomEvents.message>>();
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
