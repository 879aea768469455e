import type { ClientFeature } from '@tidings/client';
import type { Ticket } from './index.ts';

interface Tickets {
  readonly open: readonly Ticket[];
}

/** The same as the server does, so that a page is up to date with each event. */
function fold(
  { open }: Tickets,
  { type, payload }: { readonly type: string; readonly payload: Ticket },
): Tickets {
  if (type === 'ticket.closed') return { open: open.filter(({ ticketId }) => ticketId !== payload.ticketId) };
  const isKnown = open.some(({ ticketId }) => ticketId === payload.ticketId);
  return {
    open: isKnown
      ? open.map((one) => (one.ticketId === payload.ticketId ? payload : one))
      : [...open, payload],
  };
}

export const tickets: ClientFeature = { topics: { tickets: { fold } } };
