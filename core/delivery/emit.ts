import type { EventFrame } from '@tidings/protocol';
import { readLogPartition } from '../keys.ts';
import type { EventBus, OutgoingEvent } from '../ports.ts';
import { again, type RetryParts, retry } from '../retry.ts';
import type { Runtime } from '../runtime.ts';

/** The source of what goes out. What comes in has the source `tidings`, so no event comes back. */
export const emittedSource = 'tidings.events';

/** A log row as the table's stream brings it. */
export interface StreamedEvent {
  /** By this the stream is told from where it has to come again. */
  readonly sequenceNumber: string;
  readonly pk: string;
  readonly frame: string;
}

export interface EmitRuntime extends RetryParts, Pick<Runtime, 'reporter'> {
  readonly bus: EventBus;
}

/**
 * Hands events to the event bus. Those that the bus will never take are reported and passed over: the stream would
 * bring them again and again, and nothing behind them.
 *
 * @returns the sequence number of the first event that has to come again, if there is one. The stream brings all after
 *   it again too, so some events reach the bus twice.
 */
export async function emit(
  runtime: EmitRuntime,
  events: readonly StreamedEvent[],
): Promise<string | undefined> {
  let open = events;
  let because: Error | undefined;
  try {
    await retry(runtime, async () => {
      const outcomes = await runtime.bus.put(open.map(toOutgoing));
      const later = open.filter((event, index) => {
        const put = outcomes[index];
        if (put?.outcome === 'refused') reportRefused(runtime, event, put.because);
        if (put?.outcome === 'later') because ??= put.because;
        return put?.outcome === 'later';
      });
      open = later;
      return later.length === 0 ? undefined : again(because);
    });
  } catch (error) {
    const [first] = open;
    if (!first || !because) throw error;
    runtime.reporter.report(because, { requestId: first.sequenceNumber, what: 'events for the event bus' });
    return first.sequenceNumber;
  }
  return undefined;
}

function toOutgoing({ pk, frame }: StreamedEvent): OutgoingEvent {
  const { tenant, topicId } = readLogPartition(pk);
  const { type, topic, ...rest } = JSON.parse(frame) as EventFrame;
  // To other services, `me` is nobody.
  return {
    source: emittedSource,
    type,
    detail: { tenant, topic: topic === 'user:me' ? `user:${topicId}` : topic, type, ...rest },
  };
}

function reportRefused({ reporter }: EmitRuntime, { sequenceNumber }: StreamedEvent, because: Error): void {
  reporter.report(because, { requestId: sequenceNumber, what: 'an event that the event bus refused' });
}
