import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import type { EventBus, OutgoingEvent, PutOutcome } from '../../core/ports.ts';
import { eventBytes, maxRequest, taken, tooLarge } from '../outgoingEvent.ts';

/** What is wrong with the event itself: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html */
const neverTaken = new Set(['InvalidArgument', 'MalformedDetail']);

/**
 * An event bus of Amazon EventBridge. Events travel in requests of at most ten and 256 KB, one request after the
 * other, and each event of a request is taken or not by itself.
 */
export function eventBridgeBus(name: string, client: EventBridgeClient): EventBus {
  async function send(batch: readonly OutgoingEvent[]): Promise<readonly PutOutcome[]> {
    if (batch.some((event) => eventBytes(event) >= maxRequest.bytes)) return batch.map(tooLarge);
    const Entries = batch.map(({ source, type, detail }) => ({
      EventBusName: name,
      Source: source,
      DetailType: type,
      Detail: JSON.stringify(detail),
    }));
    try {
      const { Entries: results = [] } = await client.send(new PutEventsCommand({ Entries }));
      return batch.map((_event, index) => outcomeOf(results[index]));
    } catch (error) {
      const because = error instanceof Error ? error : new Error(String(error));
      return batch.map(() => ({ outcome: 'later', because }));
    }
  }

  return {
    async put(events) {
      const outcomes: PutOutcome[] = [];
      for (const batch of inBatches(events)) {
        const failed = outcomes.find(({ outcome }) => outcome === 'later');
        // What is behind a failure is tried again with it in any case.
        outcomes.push(...(failed ? batch.map(() => failed) : await send(batch)));
      }
      return outcomes;
    },
  };
}

/** Not with its message, which may quote the event. */
function outcomeOf({ ErrorCode: code, EventId: id }: PutEventsResultEntry = {}): PutOutcome {
  if (code === undefined && id !== undefined) return taken;
  const because = new Error(`EventBridge did not take an event: ${code ?? 'it did not say why'}`);
  return { outcome: neverTaken.has(code ?? '') ? 'refused' : 'later', because };
}

/** One that is too large is alone in its batch. */
function inBatches(events: readonly OutgoingEvent[]): OutgoingEvent[][] {
  const batches: OutgoingEvent[][] = [];
  let bytes = 0;
  for (const event of events) {
    const size = eventBytes(event);
    const current = batches.at(-1);
    if (current && current.length < maxRequest.events && bytes + size < maxRequest.bytes) {
      current.push(event);
      bytes += size;
    } else {
      batches.push([event]);
      bytes = size;
    }
  }
  return batches;
}
