import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LocalClock } from '../clock.ts';
import type { FaultBox } from '../faults.ts';
import type { PutEvent } from '../services/eventBus.ts';
import { BadInput, onlyKnown, readJson, sendJson } from './httpJson.ts';

/** What `GET /_local/state` tells. */
export interface LocalState {
  readonly openSockets: number;
  /** Rows by kind: the part of the partition key before the first `#`. */
  readonly rows: Readonly<Record<string, number>>;
  /** Posts to connections that were accepted since start. */
  readonly posts: number;
  /** Database operations by kind since start. */
  readonly databaseOperations: Readonly<Record<string, number>>;
  /** Messages by queue; `hidden` are delayed or being worked on. */
  readonly queues: Readonly<Record<string, { readonly visible: number; readonly hidden: number }>>;
  /** The stack's time, in milliseconds since 1970. */
  readonly nowMs: number;
}

/** What `GET /_local/aws` tells: where the services are that AWS has, and what is in them. Any key may be signed with. */
export interface LocalAws {
  readonly region: string;
  /** Of SQS and of EventBridge. */
  readonly endpoint: string;
  /** Of DynamoDB; absent where the rows are in memory. */
  readonly dynamodb?: string;
  readonly tableName: string;
  readonly eventBusName?: string;
  readonly queues: readonly LocalQueueAddress[];
}

export interface LocalQueueAddress {
  readonly name: string;
  readonly url: string;
}

/** What is answered to a request, by its method and its path after `/_local`. What a GET asks for stands in its query. */
export type Routes = Readonly<Record<string, (input: Record<string, unknown>) => unknown>>;

export interface LocalApiOptions {
  readonly clock: LocalClock;
  readonly faults: FaultBox;
  state(): Promise<LocalState>;
  /** The newest events of the event bus. */
  events(): readonly PutEvent[];
  aws(): LocalAws;
  /** Further ones. */
  readonly routes: Routes;
}

const maxAdvanceMs = 366 * 24 * 3_600_000;

/** Serves `/_local/…`: faults, time and state, for tests and for curiosity. `path` begins after `/_local`. */
export function localApi({ clock, faults, state, events, aws, routes: others }: LocalApiOptions) {
  const routes: Routes = {
    ...others,
    'GET /faults': () => ({ faults: faults.list() }),
    'POST /faults'(input) {
      faults.inject(input);
      return { faults: faults.list() };
    },
    'DELETE /faults'(input) {
      faults.clear(input);
      return { faults: faults.list() };
    },
    'GET /clock': () => ({ nowMs: clock.now() }),
    async 'POST /clock'(input) {
      onlyKnown(input, ['advanceMs']);
      const ms = input.advanceMs;
      if (typeof ms !== 'number' || !Number.isInteger(ms) || ms < 0 || ms > maxAdvanceMs) {
        throw new BadInput(`"advanceMs" must be a whole number from 0 to ${maxAdvanceMs}.`);
      }
      await clock.advance(ms);
      return { nowMs: clock.now() };
    },
    'GET /state': state,
    'GET /events': () => ({ events: events() }),
    'GET /aws': aws,
  };

  return async (request: IncomingMessage, response: ServerResponse, path: string): Promise<void> => {
    const route = routes[`${request.method} ${path}`];
    if (!route) return sendJson(response, 404, { message: 'Not Found' });
    const asked = new URL(request.url ?? '', 'http://localhost').searchParams;
    const body = await readJson(request);
    sendJson(response, 200, await route(request.method === 'GET' ? Object.fromEntries(asked) : body));
  };
}
