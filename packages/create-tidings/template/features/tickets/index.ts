import { randomUUID } from 'node:crypto';
import { feature, type Principal, ProtocolError, publish, topicKind } from 'tidings';
import type * as z from 'zod/mini';
import { type ticket, ticketContract } from './contract.ts';

export type Ticket = z.output<typeof ticket>;
interface Tickets {
  readonly open: readonly Ticket[];
}

const maySee = (who: Principal, clientId: string) =>
  who.roles.includes('msp') || who.clients.includes(clientId);

const ticketTopics = topicKind<Tickets>({
  name: 'tickets',
  maySubscribe: maySee,
  initial: { open: [] },
  snapshot: ({ open }) => ({ open }),
});

/** `open` with a ticket changed, which must be there. */
function replaced(
  open: readonly Ticket[],
  ticketId: string,
  change: Partial<Ticket>,
): readonly [Ticket, Ticket[]] {
  const before = open.find((one) => one.ticketId === ticketId);
  if (!before) throw new ProtocolError('not_found', 'there is no such open ticket');
  const after = { ...before, ...change };
  return [after, open.map((one) => (one === before ? after : one))];
}

export const tickets = feature({
  name: 'tickets',
  contract: ticketContract,
  topics: [ticketTopics],
  actions: {
    'ticket.create': (call) => {
      const { clientId, title } = call.payload;
      if (!maySee(call.principal, clientId))
        throw new ProtocolError('forbidden', 'it is not a client of yours');
      const opened = { ticketId: randomUUID(), title };
      return publish(call, {
        topic: ticketTopics.of(clientId),
        // Pure, for it may run again on a newer state.
        decide: ({ open }) => ({
          event: { type: 'ticket.changed', payload: opened },
          state: { open: [...open, opened] },
          answer: { ticketId: opened.ticketId },
        }),
      });
    },
    'ticket.assign': (call) => {
      const { clientId, ticketId, assignee } = call.payload;
      return publish(call, {
        topic: ticketTopics.of(clientId),
        decide: (state) => {
          const [payload, open] = replaced(state.open, ticketId, { assignee });
          return { event: { type: 'ticket.changed', payload }, state: { open }, answer: {} };
        },
      });
    },
    'ticket.close': (call) => {
      const { clientId, ticketId } = call.payload;
      return publish(call, {
        topic: ticketTopics.of(clientId),
        decide: ({ open }) => {
          const [closed] = replaced(open, ticketId, {});
          const state = { open: open.filter((one) => one.ticketId !== closed.ticketId) };
          return { event: { type: 'ticket.closed', payload: { ticketId } }, state, answer: {} };
        },
      });
    },
  },
});
