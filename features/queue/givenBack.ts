import { ProtocolError } from '@tidings/protocol';

/**
 * A booking that a client's user cancelled. It counts against its share for one more minute. Each change
 * writes the whole board, so booking and cancelling in turn would otherwise use up the day's partition.
 */
export type GivenBack = readonly [clientUser: string, at: number];

const countsMs = 60_000;

/** Those that still count. The head has no others. */
export function stillCounted(givenBack: readonly GivenBack[] | undefined, now: number): readonly GivenBack[] {
  return (givenBack ?? []).filter(([, at]) => now - at < countsMs);
}

/** The error for a booking that must wait until this one stops counting. */
export function tooSoonAfter([, at]: GivenBack, now: number): ProtocolError {
  // Clocks differ: never ask for a wait longer than that.
  const retryAfterMs = Math.min(countsMs, at + countsMs - now);
  const message = 'has had as many of your bookings and cancellations as one may make within a minute';
  // The field tells a client that its other requests need not wait.
  const details = [{ path: 'payload.date', message }];
  return new ProtocolError('rate_limited', `payload.date: ${message}`, { retryAfterMs, details });
}
