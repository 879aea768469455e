import { ProtocolError } from '@tidings/protocol';

/**
 * A booking that a client's user took off the board itself. It counts against its share for a minute more: a board is
 * written whole, so whoever booked and cancelled in turn would leave nobody else the day's partition.
 */
export type GivenBack = readonly [clientUser: string, at: number];

const countsMs = 60_000;

/** Those that still count. The head holds no others. */
export function stillCounted(givenBack: readonly GivenBack[] | undefined, now: number): readonly GivenBack[] {
  return (givenBack ?? []).filter(([, at]) => now - at < countsMs);
}

/** How a booking is refused that has to wait until this one counts no more. */
export function tooSoonAfter([, at]: GivenBack, now: number): ProtocolError {
  // Clocks differ: nobody is told to wait for longer than it counts.
  const retryAfterMs = Math.min(countsMs, at + countsMs - now);
  const message = 'has had as many of your bookings and cancellations as one may make within a minute';
  // The field tells a client that its other requests need not wait.
  const details = [{ path: 'payload.date', message }];
  return new ProtocolError('rate_limited', `payload.date: ${message}`, { retryAfterMs, details });
}
