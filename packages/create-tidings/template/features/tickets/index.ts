import { randomUUID } from 'node:crypto';
import { type CallOf, feature, type Principal, ProtocolError, publish, topicKind } from 'tidings';
import { fold, type Tickets } from './client.ts';
import { type Ticket, ticketContract } from './contract.ts';

const maySee = ({ roles, clients }: Principal, id: string) => roles.includes('msp') || clients.includes(id);
const ticketTopics = topicKind<Tickets>({
  name: 'tickets',
  maySubscribe: maySee,
  initial: { open: [] },
  snapshot: (state) => state,
});

type Changing = CallOf<typeof ticketContract, 'ticket.assign' | 'ticket.close'>;

/** Publishes what becomes of a ticket. It is decided on the newest state, and may be decided again. */
function change(call: Changing, type: 'ticket.changed' | 'ticket.closed', more: Partial<Ticket> = {}) {
  const { clientId, ticketId } = call.payload;
  return publish(call, {
    topic: ticketTopics.of(clientId),
    decide: (state) => {
      const found = state.open.find((one) => one.ticketId === ticketId);
      if (!found) throw new ProtocolError('not_found', 'there is no such open ticket');
      const event = { type, payload: { ...found, ...more } };
      return { event, state: fold(state, event), answer: {} };
    },
  });
}

export const tickets = feature({
  name: 'tickets',
  contract: ticketContract,
  topics: [ticketTopics],
  actions: {
    'ticket.create': (call) => {
      const { clientId, title } = call.payload;
      if (!maySee(call.principal, clientId)) throw new ProtocolError('forbidden', 'no client of yours');
      const ticketId = randomUUID();
      const event = { type: 'ticket.changed', payload: { ticketId, title } } as const;
      return publish(call, {
        topic: ticketTopics.of(clientId),
        decide: (state) => ({ event, state: fold(state, event), answer: { ticketId } }),
      });
    },
    'ticket.assign': (call) => change(call, 'ticket.changed', { assignee: call.payload.assignee }),
    'ticket.close': (call) => change(call, 'ticket.closed'),
  },
});
