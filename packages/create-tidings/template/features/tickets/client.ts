import type { ClientFeature } from '@tidings/client';
import type { Ticket } from './contract.ts';

export type Tickets = { readonly open: readonly Ticket[] };

/** What an event makes of the open tickets, on the server as on each page. */
export function fold({ open }: Tickets, { type, payload }: { type: string; payload: Ticket }): Tickets {
  const others = open.filter(({ ticketId }) => ticketId !== payload.ticketId);
  return { open: type === 'ticket.closed' ? others : [...others, payload] };
}

export const tickets: ClientFeature = { topics: { tickets: { fold } } };
