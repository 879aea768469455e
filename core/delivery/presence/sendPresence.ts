import { wireTopic } from '@tidings/protocol';
import type { PresenceUpdate } from '../../connections/presenceChanged.ts';
import type { Shown } from '../../connections/subscriber.ts';
import { withDeadline } from '../../deadline.ts';
import { keys } from '../../keys.ts';
import { again, retry } from '../../retry.ts';
import { codec } from '../../rows.ts';
import type { Runtime } from '../../runtime.ts';
import type { Topic } from '../../topics.ts';
import { subscribers } from '../audience.ts';
import { fanOut } from '../fanOut.ts';
import { type Compared, comparePresence, type Known, nobody, type Presence } from './comparePresence.ts';
import { compareShown, type Digests } from './compareShown.ts';

/** The presence that a topic's subscribers last received. */
interface PresenceRow {
  /** New with every update. */
  readonly version: string;
  /** By this name in rows that are stored. */
  readonly told: Known;
  /** And what its users show. */
  readonly shown?: Digests;
  /** When presence is next compared. */
  readonly lookAt?: number;
  /** The frame, until it has been sent. */
  readonly unsent?: string;
  readonly ttl: number;
}
const presenceCodec = codec<PresenceRow>();

/** Whether an update has all that subscribers do not know. */
type Sent = 'all' | 'more';

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
  let outcome: Sent;
  do {
    const update = withDeadline(runtime);
    outcome = await retry(update, async () => (await sendOnce(update, work)) || again());
  } while (outcome === 'more');
}

/**
 * The row keeps the frame until it has been sent, so that the frame survives if the function dies.
 *
 * @returns nothing when another function has sent an update meanwhile; `more`: not all had room.
 */
async function sendOnce(runtime: Runtime, work: PresenceUpdate): Promise<Sent | undefined> {
  const { table } = runtime;
  const { tenant, ...topic } = work.presenceIn;
  const key = keys.presenceSent(tenant, topic);
  const found = await table.get(key);
  const row = found && presenceCodec.fromRow(found);
  const unsent = row?.unsent;
  if (unsent !== undefined) await sendFrame(runtime, work, unsent);
  const { after, news, isCut } = await compareWith(runtime, work, row);
  if (unsent === undefined && !news && isSame(row, after)) return 'all';
  const unmoved = row
    ? ({ is: 'equal', attribute: 'version', value: row.version } as const)
    : ({ is: 'absent' } as const);
  // No subscriber is left to receive an update.
  if ('members' in after.told && after.told.members.length === 0) {
    const isDeleted = (await table.write({ delete: key, if: unmoved })).ok;
    return isDeleted || row === undefined ? 'all' : undefined;
  }
  const version = runtime.random.id();
  const frame = news && frameOf(runtime, topic, news);
  const ttl = Math.ceil(runtime.clock.now() / 1000) + keptSeconds;
  const stored = { ...after, version, ttl, ...(frame !== undefined && { unsent: frame }) };
  if (!(await table.write({ put: presenceCodec.toRow(key, stored), if: unmoved })).ok) return undefined;
  if (frame === undefined) return 'all';
  await sendFrame(runtime, work, frame);
  await table.write({
    update: key,
    remove: ['unsent'],
    if: { is: 'equal', attribute: 'version', value: version },
  });
  return isCut ? 'more' : 'all';
}

function sendFrame(runtime: Runtime, { presenceIn }: PresenceUpdate, frame: string): Promise<void> {
  const { tenant, ...topic } = presenceIn;
  return fanOut(runtime, { tenant, topic, events: [{ frame }], noTimeLimit: true });
}

/** What subscribers know after an update. */
type KnownAfter = Pick<PresenceRow, 'told' | 'shown' | 'lookAt'>;

/** Compares what subscribers know with who is there. @returns what they are to be sent, if it is anything. */
async function compareWith(
  runtime: Runtime,
  work: PresenceUpdate,
  row: PresenceRow | undefined,
): Promise<{ after: KnownAfter; news: Presence | undefined; isCut: boolean }> {
  const { tenant, ...topic } = work.presenceIn;
  const { present, shown } = await readPresent(runtime, tenant, topic);
  const compared = comparePresence(knownIn(row), present, runtime.clock.now());
  const lookAt = await planLook(runtime, work, row, compared);
  const { lastSent } = compared;
  const { digests, news, isCut } = compareShown(row?.shown ?? [], lastSent, present, shown, compared.news);
  const after = {
    told: lastSent,
    ...(digests.length > 0 && { shown: digests }),
    ...(lookAt !== undefined && { lookAt }),
  };
  return { after, news: withData(compared, news), isCut };
}

function isSame(row: PresenceRow | undefined, after: KnownAfter): boolean {
  const before = [knownIn(row), row?.lookAt, row?.shown ?? []];
  return JSON.stringify(before) === JSON.stringify([after.told, after.lookAt, after.shown ?? []]);
}

/** The update with what users show. Where nobody came or went, it names nobody else. */
function withData({ lastSent, news }: Compared, data: readonly object[]): Presence | undefined {
  if (data.length === 0 || !('members' in lastSent)) return news;
  return { joined: [], left: [], count: lastSent.members.length, ...news, data };
}

/** The presence that a topic's subscribers last received. */
export async function readKnown({ table }: Runtime, tenant: string, topic: Topic): Promise<Known> {
  const row = await table.get(keys.presenceSent(tenant, topic));
  return knownIn(row && presenceCodec.fromRow(row));
}

const knownIn = (row: PresenceRow | undefined): Known => row?.told ?? nobody;

/** Who is there, with how many devices, and what each shows: of several devices' the latest, as JSON. */
export async function readPresent(
  runtime: Pick<Runtime, 'table' | 'clock'>,
  tenant: string,
  topic: Topic,
): Promise<{
  present: ReadonlySet<string>;
  devices: ReadonlyMap<string, number>;
  shown: ReadonlyMap<string, string>;
}> {
  const devices = new Map<string, number>();
  const latest = new Map<string, Shown>();
  for await (const { userId, shows } of subscribers(runtime, tenant, topic, { shown: true })) {
    devices.set(userId, (devices.get(userId) ?? 0) + 1);
    if (shows && !((latest.get(userId)?.at ?? 0) > shows.at)) latest.set(userId, shows);
  }
  const shown = new Map([...latest].map(([userId, { json }]) => [userId, json]));
  return { present: new Set(devices.keys()), devices, shown };
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
  row: PresenceRow | undefined,
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
