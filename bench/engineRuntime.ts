import { openTable } from '../adapters/dynamodb/connect.ts';
import { memoryQueue } from '../adapters/memory/queue.ts';
import { systemClock, systemRandom } from '../adapters/system.ts';
import { unlimited } from '../core/api/rateLimit.ts';
import { handleFrame } from '../core/api/router.ts';
import { connect } from '../core/connections/connect.ts';
import type { Clock, Sockets } from '../core/ports.ts';
import type { Principal } from '../core/principal.ts';
import type { Runtime } from '../core/runtime.ts';
import { features } from '../features/index.ts';
import { memoryRuntime } from '../testing/memoryRuntime.ts';
import { awsSettings } from './awsSettings.ts';

export const tableName = 'tidings';

interface Parts {
  /** Where a DynamoDB answers that has the table. */
  readonly database: string;
  /** @default all that is posted is taken */
  readonly sockets?: Sockets;
  readonly clock?: Clock;
}

const takesAll: Sockets = {
  post: async () => 'delivered',
  close: async () => 'closed',
  probe: async () => 'open',
};

/** The engine with this repository's features and the adapter for DynamoDB that is deployed, in this process. */
export function engineRuntime({ database, sockets = takesAll, clock = systemClock }: Parts) {
  const queue = memoryQueue({ clock });
  const parts = { tableName, clock, random: systemRandom };
  const runtime: Runtime = {
    ...memoryRuntime(features),
    ...{ clock, queue, sockets, random: systemRandom, rates: unlimited },
    table: openTable(parts, { ...awsSettings, endpoint: database }),
    reporter: { report: (error) => console.error(error) },
  };
  return { runtime, queue };
}

let asked = 0;

/** One frame of a connection, and its answer. @throws Error where it is refused */
export async function ask(runtime: Runtime, connectionId: string, frame: object): Promise<void> {
  const ref = `ref-${++asked}`;
  const body = JSON.stringify({ ref, ...frame });
  const answer = await handleFrame(runtime, { connectionId, requestId: ref, body });
  if (answer?.type === 'error') throw new Error(JSON.stringify(answer.payload));
}

/** Opens a connection of a user of its own, which says `hello` as all do. @throws Error where it is refused */
export async function open(
  runtime: Runtime,
  connectionId: string,
  who: Pick<Principal, 'roles' | 'clients'>,
): Promise<void> {
  const [issuedAt, expiresAt] = [runtime.clock.now(), runtime.clock.now() + 3_600_000];
  const user = { tenant: 'bench', userId: `user-${connectionId}`, issuedAt, expiresAt };
  const outcome = await connect(runtime, connectionId, { ...user, ...who });
  if ('refused' in outcome) throw new Error(`the handshake was refused with ${outcome.refused}`);
  await ask(runtime, connectionId, { action: 'hello', payload: { v: 1 } });
}
