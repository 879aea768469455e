import { wireTopic } from '@tidings/protocol';
import type { PresenceUpdate } from '../../connections/presenceChanged.ts';
import { keys } from '../../keys.ts';
import { again, retry } from '../../retry.ts';
import { fromRow, toRow } from '../../rows.ts';
import type { Runtime } from '../../runtime.ts';
import type { Topic } from '../../topics.ts';
import { subscribers } from '../audience.ts';
import { fanOut } from '../fanOut.ts';
import { type Compared, comparePresence, type Known, nobody } from './comparePresence.ts';

/** The presence that a topic's subscribers last received. */
interface KnownRow {
  /** New with every update. */
  readonly version: string;
  /** By this name in rows that are stored. */
  readonly told: Known;
  /** When presence is next compared. */
  readonly lookAt?: number;
  /** The frame, until it has been sent. */
  readonly unsent?: string;
  readonly ttl: number;
}

const keptSeconds = 30 * 24 * 3600;
/** A comparison planned this close to now may be the present one, since clocks differ. */
const closeMs = 1000;

/**
 * Sends a topic's subscribers who joined and who left since the last update. An update is the difference
 * between the stored presence and the current subscribers, so a message that comes twice or late does no
 * harm, and the next one makes up for one that was lost.
 *
 * @throws what the queue should deliver again.
 */
export async function sendPresence(runtime: Runtime, work: PresenceUpdate): Promise<void> {
  const { tenant, ...topic } = work.presenceIn;
  // Delete this first: a change after it queues another update, and a change before it is read below.
  await runtime.table.write({ delete: keys.presenceDue(tenant, topic) });
  await retry(runtime, async () => (await sendOnce(runtime, work)) || again());
}

/**
 * The row keeps the frame until it has been sent, so that the frame survives if the function dies.
 *
 * @returns false when another function has sent an update meanwhile.
 */
async function sendOnce(runtime: Runtime, work: PresenceUpdate): Promise<boolean> {
  const { table, clock, random } = runtime;
  const { tenant, ...topic } = work.presenceIn;
  const key = keys.presenceSent(tenant, topic);
  const found = await table.get(key);
  const row = found && fromRow<KnownRow>(found);
  const left = row?.unsent;
  if (left !== undefined) await fanOut(runtime, { tenant, topic, frame: left, unhurried: true });
  const compared = comparePresence(knownIn(row), await usersIn(runtime, tenant, topic), clock.now());
  const lookAt = await planLook(runtime, work, row, compared);
  const { lastSent, news } = compared;
  const isSame = JSON.stringify([knownIn(row), row?.lookAt]) === JSON.stringify([lastSent, lookAt]);
  if (isSame && left === undefined && !news) return true;
  const unmoved = row
    ? ({ is: 'equal', attribute: 'version', value: row.version } as const)
    : ({ is: 'absent' } as const);
  // No subscriber is left to receive an update.
  if ('members' in lastSent && lastSent.members.length === 0) {
    return (await table.write({ delete: key, if: unmoved })).ok || row === undefined;
  }
  const version = random.id();
  const frame = news && frameOf(runtime, topic, news);
  const after = toRow<KnownRow>(key, {
    version,
    told: lastSent,
    ttl: Math.ceil(clock.now() / 1000) + keptSeconds,
    ...(lookAt !== undefined && { lookAt }),
    ...(frame !== undefined && { unsent: frame }),
  });
  if (!(await table.write({ put: after, if: unmoved })).ok) return false;
  if (frame === undefined) return true;
  await fanOut(runtime, { tenant, topic, frame, unhurried: true });
  await table.write({
    update: key,
    remove: ['unsent'],
    if: { is: 'equal', attribute: 'version', value: version },
  });
  return true;
}

/** The presence that a topic's subscribers last received. */
export async function readKnown({ table }: Runtime, tenant: string, topic: Topic): Promise<Known> {
  const row = await table.get(keys.presenceSent(tenant, topic));
  return knownIn(row && fromRow<KnownRow>(row));
}

const knownIn = (row: KnownRow | undefined): Known => row?.told ?? nobody;

async function usersIn(runtime: Runtime, tenant: string, topic: Topic): Promise<ReadonlySet<string>> {
  const users = new Set<string>();
  for await (const { userId } of subscribers(runtime, tenant, topic)) users.add(userId);
  return users;
}

/**
 * Plans another comparison for when a grace period ends. One is planned at a time. Sends the message first
 * and stores its time after, so that no stored look is without a message.
 *
 * @returns when the next comparison is.
 */
async function planLook(
  { queue, clock }: Runtime,
  work: PresenceUpdate,
  row: KnownRow | undefined,
  { lookAgainAtMs }: Compared,
): Promise<number | undefined> {
  const planned = row?.lookAt;
  if (planned !== undefined && planned > clock.now() + closeMs) return planned;
  if (lookAgainAtMs !== undefined) await queue.send([{ ...work }], lookAgainAtMs - clock.now());
  return lookAgainAtMs;
}

function frameOf({ random, clock }: Runtime, topic: Topic, payload: object): string {
  return JSON.stringify({
    type: 'presence',
    topic: wireTopic(topic),
    id: random.id(),
    ts: clock.now(),
    payload,
  });
}
