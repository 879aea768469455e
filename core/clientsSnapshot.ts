import type { ClientState } from './features/engagement/clientState.ts';
import { toHead } from './heads.ts';
import { keys } from './keys.ts';
import type { Row } from './ports.ts';
import type { Runtime } from './runtime.ts';
import type { CaughtUp } from './subscribe.ts';
import type { Standing } from './sync.ts';

/** Commits of many clients are in no common order, so who asks for what changed gets this much more. */
const marginMs = 60_000;
const mostBytes = 29_000;

/** Where every client of a tenant stands, one page at a time: all their heads are one partition. */
export async function clientsSnapshot(
  runtime: Runtime,
  tenant: string,
  since: number | undefined,
  cursor: string | undefined,
): Promise<CaughtUp> {
  const at = runtime.clock.now();
  const clients: object[] = [];
  let bytes = 0;
  for await (const row of changedHeads(runtime, tenant, since, cursor)) {
    const head = toHead(row);
    const { engagement, totals } = head.state as unknown as ClientState;
    const entry = {
      clientId: row.sk,
      epoch: head.epoch,
      seq: head.seq,
      engagement,
      totals,
      updatedAt: row.updatedAt,
    };
    bytes += Buffer.byteLength(JSON.stringify(entry)) + 1;
    if (bytes > mostBytes && clients.length > 0) {
      const previous = clients.at(-1) as { clientId: string };
      return { at, recovered: false, snapshot: { clients, cursor: previous.clientId } };
    }
    clients.push(entry);
  }
  return { at, recovered: false, snapshot: { clients } };
}

/**
 * The client topics that changed since a time, by their wire names: for `sync`. When they do not fit in a frame,
 * `client:*` itself is named: subscribing to it brings them in pages.
 */
export async function changedClients(
  runtime: Runtime,
  tenant: string,
  since: number,
): Promise<Record<string, Standing>> {
  const changed: Record<string, Standing> = {};
  let bytes = 0;
  for await (const row of changedHeads(runtime, tenant, since, undefined)) {
    const { epoch, seq } = toHead(row);
    bytes += row.sk.length + epoch.length + 50;
    if (bytes > mostBytes) return { ...changed, 'client:*': { epoch: null, seq: 0 } };
    changed[`client:${row.sk}`] = { epoch, seq };
  }
  return changed;
}

async function* changedHeads(
  { table }: Runtime,
  tenant: string,
  since: number | undefined,
  cursor: string | undefined,
): AsyncGenerator<Row> {
  const { pk } = keys.head(tenant, { kind: 'client', id: '-' });
  for (let after = cursor; ; ) {
    const page = await table.query({ pk, ...(after !== undefined && { after }) });
    for (const row of page.rows) {
      // A head that was only made for a subscriber says nothing of a client.
      const hasEvents = (row.seq as number) > 0;
      if (hasEvents && (row.updatedAt as number) >= (since ?? 0) - marginMs) yield row;
    }
    if (page.next === undefined) return;
    after = page.next;
  }
}
