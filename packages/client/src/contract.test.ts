import type { EventPayload, TopicKind } from '@tidings/protocol';
import { events } from '@tidings/protocol';
import { expect, expectTypeOf, test } from 'vitest';
import { startClient } from '../test/startClient.ts';
import type { TidingsContract, TopicEvent } from './contract.ts';
import { createClient } from './createClient.ts';

type Events = TidingsContract['events'];

test('the types of the events are those of the protocol, and none is missing', () => {
  const oneOfEach: Readonly<Record<keyof Events, 1>> = {
    interaction: 1,
    engagement: 1,
    alert: 1,
    'alert.acknowledged': 1,
    message: 1,
    notification: 1,
    'notification.read': 1,
    'room.message': 1,
    presence: 1,
    'queue.updated': 1,
    'job.progress': 1,
    'job.result': 1,
    'stream.start': 1,
    'stream.delta': 1,
    'stream.end': 1,
  };
  expect(new Set(Object.keys(oneOfEach))).toEqual(new Set(events.map(({ type }) => type)));
  expectTypeOf<Events['interaction']>().toEqualTypeOf<EventPayload<'interaction'>>();
  expectTypeOf<Events['interaction']['totals']>().toEqualTypeOf<Record<string, number>>();
  expectTypeOf<Events['room.message']>().toEqualTypeOf<{ body: string }>();
});

test('every kind of topic that the protocol has can be followed', () => {
  expectTypeOf<Exclude<TopicKind, 'clients'>>().toExtend<keyof TidingsContract['topics']>();
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
