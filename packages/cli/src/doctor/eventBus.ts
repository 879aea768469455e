import type { PutEventsResponse } from '@aws-sdk/client-eventbridge';
import { type AwsPlace, awsFailure } from '../deployed/awsFailure.ts';
import { anybody } from '../localStack.ts';
import { CheckFailed, NotThere } from './check.ts';

/** The stage's event bus, as a service of the account puts events on it. */
export interface EventBus {
  /** @throws CheckFailed, NotThere */
  put(action: string, detail: object): Promise<void>;
}

export interface EventBusAddress extends AwsPlace {
  readonly name: string;
  /** @default AWS */
  readonly endpoint?: string;
}

export function openEventBus({ name, endpoint, ...place }: EventBusAddress): EventBus {
  return {
    async put(action, detail) {
      const { EventBridgeClient, PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
      const client = new EventBridgeClient({
        ...place,
        ...(endpoint !== undefined && { endpoint, credentials: anybody }),
      });
      const entry = {
        EventBusName: name,
        Source: 'tidings',
        DetailType: action,
        Detail: JSON.stringify(detail),
      };
      try {
        requireTaken(await client.send(new PutEventsCommand({ Entries: [entry] })));
      } catch (error) {
        throw error instanceof CheckFailed ? error : inWords(error, name, place);
      } finally {
        client.destroy();
      }
    },
  };
}

function requireTaken({ FailedEntryCount = 0, Entries = [] }: PutEventsResponse): void {
  if (FailedEntryCount > 0) throw new CheckFailed(`the event was refused: ${Entries[0]?.ErrorCode}`);
}

/** Who may not put events, or has not signed in, has seen nothing wrong yet. */
function inWords(error: unknown, name: string, place: AwsPlace): Error {
  const { message, cause } = awsFailure(error, `put an event on ${name}`, place);
  const isOurs = /credentials|no Region/.test(message) && cause !== undefined;
  return isOurs ? new NotThere('skipped', message) : new CheckFailed(message);
}
