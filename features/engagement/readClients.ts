import type { EventFrame } from '@tidings/protocol';
import { allRows } from '../../core/allRows.ts';
import { keys } from '../../core/keys.ts';
import { logged } from '../../core/log/loggedEvent.ts';
import { toHead } from '../../core/log/topicHead.ts';
import type { Runtime } from '../../core/runtime.ts';
import type { Head } from '../../core/topics.ts';
import type { ClientState } from './clientState.ts';
import { clientTopics } from './clientTopics.ts';

/** One client of a tenant, and its topic head. */
export interface ReportedClient {
  readonly clientId: string;
  readonly head: Head<ClientState>;
}

/** Every client of a tenant that anything is stored of. */
export async function readClients({ table }: Runtime, tenant: string): Promise<readonly ReportedClient[]> {
  const pk = keys.headPartition(tenant, clientTopics.name);
  const clients: ReportedClient[] = [];
  for await (const row of allRows(table, { pk })) {
    clients.push({ clientId: row.sk, head: toHead<ClientState>(row) });
  }
  return clients;
}

/** A client's events between two times, from the newest back. `at` judges: DynamoDB deletes expired rows late. */
export async function* clientEvents(
  { table }: Runtime,
  tenant: string,
  { clientId, head }: ReportedClient,
  from: number,
  to: number,
): AsyncGenerator<EventFrame> {
  const pk = keys.logPartition(tenant, clientTopics.of(clientId), head.epoch);
  for await (const row of allRows(table, { pk, only: ['frame', 'at'], descending: true })) {
    const { frame, at } = logged(row);
    if (at < from) return;
    if (at <= to) yield JSON.parse(frame) as EventFrame;
  }
}
