import { wireTopic } from '@tidings/protocol';
import type { PresenceToTell } from '../../connections/presenceChanged.ts';
import { keys } from '../../keys.ts';
import { again, retry } from '../../retry.ts';
import { fromRow, toRow } from '../../rows.ts';
import type { Runtime } from '../../runtime.ts';
import type { Topic } from '../../topics.ts';
import { subscribers } from '../audience.ts';
import { fanOut } from '../fanOut.ts';
import { type Compared, comparePresence, type Known, nobody } from './comparePresence.ts';

/** What those who follow a topic were last told of each other. */
interface KnownRow {
  /** Each telling has one of its own. */
  readonly version: string;
  readonly told: Known;
  /** When the next look is. */
  readonly lookAt?: number;
  /** The frame, until it was sent. */
  readonly unsent?: string;
  readonly ttl: number;
}

const keptSeconds = 30 * 24 * 3600;
/** A look this close may be the one that is being taken: clocks differ. */
const closeMs = 1000;

/**
 * Tells those who follow a topic who came and who went since they were last told. What it says is the difference
 * between two rows, so a message that comes twice or late says nothing wrong, and one that is lost is made good by the
 * next.
 *
 * @throws what the queue should bring again.
 */
export async function tellPresence(runtime: Runtime, work: PresenceToTell): Promise<void> {
  const { tenant, ...topic } = work.presenceIn;
  // First of all: whoever comes or goes after this has it told again, and what changed before it is read below.
  await runtime.table.write({ delete: keys.presenceDue(tenant, topic) });
  await retry(runtime, async () => (await tryToTell(runtime, work)) || again());
}

/**
 * The frame stands in the row until it has been sent, so that a function that dies in between takes nothing along.
 *
 * @returns false when another function told it meanwhile.
 */
async function tryToTell(runtime: Runtime, work: PresenceToTell): Promise<boolean> {
  const { table, clock, random } = runtime;
  const { tenant, ...topic } = work.presenceIn;
  const key = keys.presenceTold(tenant, topic);
  const found = await table.get(key);
  const row = found && fromRow<KnownRow>(found);
  const left = row?.unsent;
  if (left !== undefined) await fanOut(runtime, { tenant, topic, frame: left, unhurried: true });
  const compared = comparePresence(knownIn(row), await usersIn(runtime, tenant, topic), clock.now());
  const lookAt = await planLook(runtime, work, row, compared);
  const { told, news } = compared;
  const isSame = JSON.stringify([knownIn(row), row?.lookAt]) === JSON.stringify([told, lookAt]);
  if (isSame && left === undefined && !news) return true;
  const unmoved = row
    ? ({ is: 'equal', attribute: 'version', value: row.version } as const)
    : ({ is: 'absent' } as const);
  // Nobody is there to be told that it is empty.
  if ('members' in told && told.members.length === 0) {
    return (await table.write({ delete: key, if: unmoved })).ok || row === undefined;
  }
  const version = random.id();
  const frame = news && frameOf(runtime, topic, news);
  const after = toRow<KnownRow>(key, {
    version,
    told,
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

/** What those who follow a topic were last told. */
export async function readKnown({ table }: Runtime, tenant: string, topic: Topic): Promise<Known> {
  const row = await table.get(keys.presenceTold(tenant, topic));
  return knownIn(row && fromRow<KnownRow>(row));
}

const knownIn = (row: KnownRow | undefined): Known => row?.told ?? nobody;

async function usersIn(runtime: Runtime, tenant: string, topic: Topic): Promise<ReadonlySet<string>> {
  const users = new Set<string>();
  for await (const { userId } of subscribers(runtime, tenant, topic)) users.add(userId);
  return users;
}

/**
 * Has it looked at again when a grace ends. One look is on its way at a time: each plans the next. It is
 * sent before it is written down, so that none is counted on which nobody sent.
 *
 * @returns when the next look is.
 */
async function planLook(
  { queue, clock }: Runtime,
  work: PresenceToTell,
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
