import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ActionOf, AppTypes, Publication } from './createPublisher.ts';

/** An event as EventBridge takes it, and as the SDK's `PutEventsCommand` has it. */
export interface BusEntry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  readonly EventBusName: string;
}

/** What EventBridge answers: an entry for each event, in order, those that failed with a code. */
export interface BusAnswer {
  readonly Entries?:
    | readonly { readonly ErrorCode?: string | undefined; readonly ErrorMessage?: string | undefined }[]
    | undefined;
}

export interface BusOptions {
  readonly tenant: string;
  /** Signs and sends: `(Entries) => client.send(new PutEventsCommand({ Entries }))`. */
  put(entries: BusEntry[]): Promise<BusAnswer>;
  /** The stage's bus, which has the name of its stack: `EventBusName` among the outputs of the deployment. */
  readonly busName: string;
  /** How often EventBridge is asked to take an event. @default 5 */
  readonly maxTries?: number;
  /** Waits for so many milliseconds. @default a timer */
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const maxEntries = 10;
const maxBytes = 256 * 1024;

/**
 * Publishes through the event bus, as a service of the same account, or of one that the stage names in `publisherAccounts`. EventBridge takes events and brings them at least
 * once and in no order; what refuses an action is in the stage's log, and nobody is told here.
 *
 * @throws Error where EventBridge does not take an event: with its code and the `ref`. The ones before it were taken
 */
export async function publishToBus<App extends AppTypes, N extends ActionOf<App> = ActionOf<App>>(
  publications: readonly Publication<App, N>[],
  { tenant, put, busName, maxTries = 5, wait = sleep }: BusOptions,
): Promise<void> {
  const entries = publications.map(({ action, topic, payload, ref = randomUUID() }): BusEntry => {
    const entry = {
      EventBusName: busName,
      Source: 'tidings',
      DetailType: action,
      Detail: JSON.stringify({ tenant, ref, topic, payload }),
    };
    if (sizeOf(entry) > maxBytes) throw new RangeError(`${action}: an event has at most ${maxBytes} bytes`);
    return entry;
  });
  for (const batch of batches(entries)) {
    let left = batch;
    for (let tries = 1; left.length > 0; tries++) {
      if (tries > 1) await wait(100 * 2 ** tries);
      const { Entries = [] } = await put(left);
      const [failed] = Entries.filter(({ ErrorCode }) => ErrorCode);
      left = left.filter((_, at) => Entries[at]?.ErrorCode);
      if (failed && tries >= maxTries) {
        const { ref } = JSON.parse(left[0]?.Detail ?? '{}') as { ref?: string };
        throw new Error(
          `EventBridge does not take the event of ${ref}: ${failed.ErrorCode} ${failed.ErrorMessage ?? ''}`,
        );
      }
    }
  }
}

const sizeOf = ({ Source, DetailType, Detail }: BusEntry) => Buffer.byteLength(Source + DetailType + Detail);

/** As few requests as EventBridge allows. */
function batches(entries: readonly BusEntry[]): BusEntry[][] {
  const all: BusEntry[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    bytes += sizeOf(entry);
    const last = all.at(-1);
    if (last && last.length < maxEntries && bytes <= maxBytes) last.push(entry);
    else {
      all.push([entry]);
      bytes = sizeOf(entry);
    }
  }
  return all;
}
