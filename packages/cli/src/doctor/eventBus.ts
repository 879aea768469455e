import type { PutEventsResponse } from '@aws-sdk/client-eventbridge';
import { CheckFailed, NotThere } from './check.ts';

/** The stage's event bus, as a service of the account puts events on it. */
export interface EventBus {
  /** @throws CheckFailed, NotThere */
  put(action: string, detail: object): Promise<void>;
}

export interface EventBusAddress {
  readonly name: string;
  /** @default that of the credentials */
  readonly region?: string;
  /** @default AWS */
  readonly endpoint?: string;
}

/** Of the local stack, which takes any key. */
const anybody = { accessKeyId: 'doctor', secretAccessKey: 'doctor' };

export function openEventBus({ name, region, endpoint }: EventBusAddress): EventBus {
  return {
    async put(action, detail) {
      const { EventBridgeClient, PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
      const client = new EventBridgeClient({
        ...(region !== undefined && { region }),
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
        throw inWords(error, name);
      } finally {
        client.destroy();
      }
    },
  };
}

function requireTaken({ FailedEntryCount = 0, Entries = [] }: PutEventsResponse): void {
  if (FailedEntryCount > 0) throw new CheckFailed(`the event was refused: ${Entries[0]?.ErrorCode}`);
}

function inWords(error: unknown, name: string): Error {
  if (!(error instanceof Error) || error instanceof CheckFailed) return error as Error;
  if (error.name === 'CredentialsProviderError' || /region is missing/i.test(error.message)) {
    return new NotThere('skipped', 'there are no AWS credentials here, or no Region: sign in, then again');
  }
  if (error.name === 'AccessDeniedException') {
    return new NotThere('skipped', `these AWS credentials may not events:PutEvents on ${name}`);
  }
  return new CheckFailed(`${error.name}: ${error.message}`);
}
