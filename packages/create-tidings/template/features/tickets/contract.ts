import { action, contract, described, event, id, name, position, text, topic } from '@tidings/protocol';
import * as z from 'zod/mini';

export const ticket = z.object({
  ticketId: id('The ticket.'),
  title: text(200, 'What it is about.'),
  assignee: z.optional(name(64, 'Who takes care of it.')),
});

/** What tickets add to the wire: schemas only, so that a page may load it. */
export const ticketContract = contract({
  topics: {
    tickets: topic({
      id: { shape: 'id', example: 'acme' },
      who: 'msp, and the users of the client',
      snapshot: z.object({ open: described(z.array(ticket), 'Oldest first.') }),
      documentation: 'The open tickets of one client.',
    }),
  },
  actions: {
    'ticket.create': action({
      roles: 'any',
      payload: z.object({ clientId: id('The client.'), title: ticket.shape.title }),
      answer: z.object({ ticketId: ticket.shape.ticketId, ...position }),
      documentation: 'Opens a ticket.',
    }),
    'ticket.assign': action({
      roles: ['msp'],
      payload: z.object({
        clientId: id('The client.'),
        ticketId: ticket.shape.ticketId,
        assignee: name(64, 'Who.'),
      }),
      answer: z.object(position),
      documentation: 'Says who takes care of a ticket.',
    }),
    'ticket.close': action({
      roles: ['msp'],
      payload: z.object({ clientId: id('The client.'), ticketId: ticket.shape.ticketId }),
      answer: z.object(position),
      documentation: 'Closes a ticket.',
    }),
  },
  events: {
    'ticket.changed': event({
      topics: ['tickets:<id>'],
      payload: ticket,
      documentation: 'It was opened or assigned.',
    }),
    'ticket.closed': event({
      topics: ['tickets:<id>'],
      payload: z.object({ ticketId: ticket.shape.ticketId }),
      documentation: 'It is open no more.',
    }),
  },
});
