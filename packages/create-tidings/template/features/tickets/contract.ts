import { action, contract, event, id, name, position, text, topic } from '@tidings/protocol';
import * as z from 'zod/mini';

const [clientId, ticketId, title] = [id('The client.'), id('The ticket.'), text(200, 'What it is about.')];
const ticket = z.object({ ticketId, title, assignee: z.optional(name(64, 'Who takes care of it.')) });
export type Ticket = z.output<typeof ticket>;
/** What tickets add to the wire. Schemas only, so that a page may load them. */
export const ticketContract = contract({
  topics: {
    tickets: topic({
      id: { shape: 'id', example: 'acme' },
      who: 'msp, and the users of the client',
      snapshot: z.object({ open: z.array(ticket) }),
      documentation: 'The open tickets of one client.',
    }),
  },
  actions: {
    'ticket.create': action({
      roles: 'any',
      payload: z.object({ clientId, title }),
      answer: z.object({ ticketId, ...position }),
      documentation: 'Opens a ticket.',
    }),
    'ticket.assign': action({
      roles: ['msp'],
      payload: z.object({ clientId, ticketId, assignee: name(64, 'Who is to take care of it.') }),
      answer: z.object(position),
      documentation: 'Says who takes care of a ticket.',
    }),
    'ticket.close': action({
      roles: ['msp'],
      payload: z.object({ clientId, ticketId }),
      answer: z.object(position),
      documentation: 'Closes a ticket.',
    }),
  },
  events: {
    'ticket.changed': event({ topics: ['tickets:<id>'], payload: ticket, documentation: 'New or assigned.' }),
    'ticket.closed': event({ topics: ['tickets:<id>'], payload: ticket, documentation: 'Open no more.' }),
  },
});
