import type { Topic } from '@tidings/protocol';
import { changedClients } from './clientsSnapshot.ts';
import { readHead } from './heads.ts';
import type { Principal } from './principal.ts';
import type { Runtime } from './runtime.ts';
import type { Since } from './subscribe.ts';
import { topicFor } from './topicKinds.ts';

/** Where a topic stands; no epoch: it has nothing (any more). */
export interface Standing {
  readonly epoch: string | null;
  readonly seq: number;
}

/**
 * Names the topics that have got further than the client: the way to find that the last event was lost.
 *
 * @throws ProtocolError `unknown_topic`, `forbidden`.
 */
export async function findBehind(
  runtime: Runtime,
  principal: Principal,
  heads: Readonly<Record<string, number | Since>>,
): Promise<Record<string, Standing>> {
  const now = runtime.clock.now();
  const asked = Object.entries(heads).map(([name, has]) => ({
    name,
    has,
    topic: topicFor(principal, name, now),
  }));
  const found = await Promise.all(asked.map((one) => behindOf(runtime, principal.tenant, one)));
  return Object.assign({}, ...found);
}

async function behindOf(
  runtime: Runtime,
  tenant: string,
  { name, has, topic }: { name: string; has: number | Since; topic: Topic },
): Promise<Record<string, Standing>> {
  const since: Since = typeof has === 'number' ? { seq: has } : has;
  if (topic.kind === 'clients') return changedClients(runtime, tenant, since.at ?? 0);
  const head = await readHead(runtime.table, tenant, topic);
  const sameEpoch = since.epoch === undefined || since.epoch === head?.epoch;
  if (sameEpoch && (head?.seq ?? 0) <= (since.seq ?? 0)) return {};
  return { [name]: { epoch: head?.epoch ?? null, seq: head?.seq ?? 0 } };
}
