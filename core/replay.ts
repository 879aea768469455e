import type { EventFrame, Topic } from '@tidings/protocol';
import type { Head } from './heads.ts';
import { keys } from './keys.ts';
import type { Row } from './ports.ts';
import type { Runtime } from './runtime.ts';
import { topicRules } from './topicKinds.ts';

/** The missed events of a topic, as far as they fit. */
export interface Replay {
  readonly events: readonly EventFrame[];
  /** The position that they bring the client to. */
  readonly seq: number;
  readonly more: boolean;
}

const mostEvents = 300;
/** How long a row below the head may be absent before it counts as expired: a query is not one instant with a commit. */
const patienceMs = 1000;

/**
 * Reads the log from just after `since` up to the head.
 *
 * @param mostBytes the room in the answer; the first event is given even if it alone is larger.
 * @returns nothing unless every event up to the answer's `seq` was there and within its retention.
 */
export async function replay(
  runtime: Runtime,
  tenant: string,
  topic: Topic,
  head: Head,
  since: number,
  mostBytes: number,
): Promise<Replay | undefined> {
  if (since > head.seq) return undefined;
  const last = Math.min(head.seq, since + mostEvents);
  const rows = await readRows(runtime, tenant, topic, head, since + 1, last);
  if (!rows) return undefined;
  const events: EventFrame[] = [];
  let bytes = 0;
  for (const row of rows) {
    const frame = row.frame as string;
    const size = Buffer.byteLength(frame) + 1;
    if (events.length > 0 && bytes + size > mostBytes) break;
    events.push(JSON.parse(frame) as EventFrame);
    bytes += size;
  }
  const seq = since + events.length;
  return { events, seq, more: seq < head.seq };
}

/** Rows `from` to `to`, wholly there and unexpired, or nothing. DynamoDB deletes expired rows days late, so `at` judges. */
async function readRows(
  { table, clock, settings }: Runtime,
  tenant: string,
  topic: Topic,
  { epoch, updatedAt }: Head,
  from: number,
  to: number,
): Promise<readonly Row[] | undefined> {
  if (from > to) return [];
  const oldest = clock.now() - topicRules(topic).retentionMs(settings);
  // Of a topic that stood still for a while nothing is on its way any more: what is absent was deleted.
  const deadline = Math.min(updatedAt, clock.now()) + patienceMs;
  for (;;) {
    const rows: Row[] = [];
    const range = {
      from: keys.log(tenant, topic, epoch, from).sk,
      to: keys.log(tenant, topic, epoch, to).sk,
    };
    for (let after: string | undefined; ; ) {
      const pk = keys.logPartition(tenant, topic, epoch);
      const page = await table.query({
        pk,
        ...range,
        only: ['frame', 'at'],
        ...(after !== undefined && { after }),
      });
      rows.push(...page.rows);
      if (page.next === undefined) break;
      after = page.next;
    }
    const first = rows[0];
    if (first && (first.at as number) < oldest) return undefined;
    if (rows.length === to - from + 1) return rows;
    // Nor is what stands before a row that was committed a while ago.
    const settled = first !== undefined && (first.at as number) < clock.now() - patienceMs;
    if (settled || clock.now() >= deadline) return undefined;
    await clock.wait(50);
  }
}
