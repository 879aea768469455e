import type { PutEventsResponse } from '@aws-sdk/client-eventbridge';
import { EventRefused } from '../failures.ts';
import type { ClientSettings } from '../operatedStack.ts';
import { awsFailure } from './awsFailure.ts';

/** A stage's event bus, as a service of the account puts events on it. */
export interface EventBus {
  /** @throws EventRefused where it is this event that is not taken; Failed where none would be */
  put(action: string, detail: object): Promise<void>;
  close(): void;
}

/** What may be wrong with one event, or passes: the next may be taken. */
const ofOneEvent = /^(ValidationException|RequestEntityTooLarge\w*|InternalException|Throttl\w+)$/;

export async function openEventBus(name: string, settings: ClientSettings): Promise<EventBus> {
  const { EventBridgeClient, PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
  const client = new EventBridgeClient(settings);
  return {
    async put(action, detail) {
      const entry = {
        EventBusName: name,
        Source: 'tidings',
        DetailType: action,
        Detail: JSON.stringify(detail),
      };
      try {
        requireTaken(await client.send(new PutEventsCommand({ Entries: [entry] })));
      } catch (error) {
        if (error instanceof EventRefused) throw error;
        const failure = awsFailure(error, `put an event on ${name}`, settings);
        const isItsOwn = ofOneEvent.test((error as Error).name);
        throw isItsOwn ? new EventRefused(failure.message, { cause: error }) : failure;
      }
    },
    close: () => client.destroy(),
  };
}

function requireTaken({ FailedEntryCount = 0, Entries = [] }: PutEventsResponse): void {
  if (FailedEntryCount > 0) throw new EventRefused(`the event was refused: ${Entries[0]?.ErrorCode}`);
}
