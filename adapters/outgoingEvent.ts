import type { OutgoingEvent, PutOutcome } from '../core/ports.ts';

/** What a request of EventBridge holds, and an event in it: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
export const maxRequest = { events: 10, bytes: 256 * 1024 };

/** An event as EventBridge counts it: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
export function eventBytes({ source, type, detail }: OutgoingEvent): number {
  return Buffer.byteLength(source + type + JSON.stringify(detail));
}

export const taken: PutOutcome = { outcome: 'taken' };

export const tooLarge = (): PutOutcome => ({
  outcome: 'refused',
  because: new RangeError('an event for the event bus is smaller than 256 KB'),
});
