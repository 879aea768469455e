import type { Call } from '../call.ts';
import type { Connection } from '../connections/connections.ts';
import { keys } from '../keys.ts';
import type { Condition, Key, Row } from '../ports.ts';
import { codec } from '../rows.ts';
import type { Runtime } from '../runtime.ts';
import type { Topic } from '../topics.ts';
import type { RequestKey } from './request.ts';

/** What another environment needs of a request to repeat it. */
type Repeated = Required<Pick<Call, 'action'>> & Pick<Call, 'payload' | 'topic' | 'connection'>;

/** A request that changes something. Without an action's name, or as a part of another request, nobody else can do it. */
export type Requested = RequestKey & Partial<Repeated> & Pick<Call, 'askedAs'>;

/** A request as whoever waits in line has written it down. */
export type StoredCall = Pick<RequestKey, 'principal' | 'ref' | 'hash'> & Repeated;

/** The same as JSON, in which what a connection and its request share stands once. */
interface Written extends Omit<StoredCall, 'connection'> {
  readonly connection?: Omit<Connection, 'principal' | 'presentIn'>;
}

interface WaitingRow {
  /** Whose request it is. */
  readonly userId: string;
  /** The request, as JSON; absent: it is in a row beside it. */
  readonly call?: string;
  /** Until when its requester waits: milliseconds since 1970. */
  readonly until: number;
  readonly ttl: number;
}
const waitingCodec = codec<WaitingRow>();

/** A long request. Its row is never deleted, which would cost twice what it took to write it: it expires. */
interface CallRow {
  readonly userId: string;
  readonly call: string;
  readonly ttl: number;
}
const callCodec = codec<CallRow>();

/** With what a row has besides, within the kilobyte that each write costs at least. */
const maxShortBytes = 700;

/** A request that waits. */
export interface Waiting {
  readonly key: Key;
  readonly userId: string;
  readonly until: number;
  /** Reads what it asks for; nothing where that is no longer there. */
  readonly call: () => Promise<StoredCall | undefined>;
}

type Parts = Pick<Runtime, 'table' | 'clock' | 'random'>;

const keptSeconds = 3600;

/** Writes a request down, so that another environment can carry it out; nothing where none could. */
export async function waitInLine(
  { table, clock, random }: Parts,
  topic: Topic,
  { action, askedAs, payload, topic: named, connection, principal, ref, hash }: Requested,
  until: number,
): Promise<Key | undefined> {
  if (action === undefined || askedAs !== ref) return undefined;
  const call: Written = {
    ...{ action, payload, principal, ref, hash },
    ...(named && { topic: named }),
    ...(connection && { connection: written(connection, named) }),
  };
  const { tenant, userId } = principal;
  const key = keys.wait(tenant, topic, clock.now(), random.id());
  const row = { userId, until, ttl: Math.ceil(until / 1000) + keptSeconds };
  const text = JSON.stringify(call);
  const isLong = Buffer.byteLength(text) > maxShortBytes;
  if (isLong) {
    const beside = keys.waitCall(tenant, topic, key.sk);
    await table.write({ put: callCodec.toRow(beside, { userId, call: text, ttl: row.ttl }) });
  }
  await table.write({ put: waitingCodec.toRow(key, { ...row, ...(!isLong && { call: text }) }) });
  return key;
}

/** A decision may ask whether the connection follows the topic that the request names, and of no other one. */
function written({ principal: _, presentIn: __, ...connection }: Connection, named: Topic | undefined) {
  return { ...connection, topics: named ? connection.topics.filter(isSame(named)) : [] };
}

function toCall(text: string): StoredCall {
  const { connection, ...call } = JSON.parse(text) as Written;
  const { principal } = call;
  return { ...call, ...(connection && { connection: { ...connection, principal, presentIn: [] } }) };
}

const isSame = (one: Topic) => (other: Topic) => one.kind === other.kind && one.id === other.id;

/** Those that wait, first come first. */
export async function readLine(
  { table }: Parts,
  tenant: string,
  topic: Topic,
  limit: number,
): Promise<readonly Waiting[]> {
  const { rows } = await table.query({ pk: keys.waitPartition(tenant, topic), from: '0', to: ':', limit });
  return rows.map((row) => {
    const { pk, sk, userId, call: short, until } = waitingCodec.fromRow(row);
    const call = async () => {
      const long = short === undefined && (await table.get(keys.waitCall(tenant, topic, sk)));
      const text = long ? callCodec.fromRow(long).call : short;
      return text === undefined ? undefined : toCall(text);
    };
    return { key: { pk, sk }, userId, until, call };
  });
}

/** Who commits for all that wait, and until when it counts. */
export interface Lease {
  readonly by: string;
  readonly until: number;
}
const leaseCodec = codec<Lease & { readonly ttl: number }>();

/** Longer than a gatherer goes on, and a slow transaction. */
export const gathererLeaseMs = 300;

export async function readLease({ table }: Parts, tenant: string, topic: Topic): Promise<Lease | undefined> {
  const row = await table.get(keys.gatherer(tenant, topic));
  return row && leaseCodec.fromRow(row);
}

/** Whether nobody holds it, by this clock. */
export const isOver = (lease: Lease | undefined, now: number): boolean => !lease || lease.until < now;

/**
 * Takes the lease, if it is still as it was seen.
 *
 * @param seen a lease that has run out, or none.
 */
export async function takeLease(
  { table, clock, random }: Parts,
  tenant: string,
  topic: Topic,
  seen: Lease | undefined,
): Promise<Lease | undefined> {
  const lease = { by: random.id(), until: clock.now() + gathererLeaseMs };
  const ttl = Math.ceil(lease.until / 1000) + keptSeconds;
  const isUnchanged: Condition = seen ? heldBy(seen) : { is: 'absent' };
  const put: Row = leaseCodec.toRow(keys.gatherer(tenant, topic), { ...lease, ttl });
  const { ok } = await table.write({ put, if: isUnchanged });
  return ok ? lease : undefined;
}

/** Gives the lease up, unless another one has it by now. What fails here does not matter: it runs out. */
export async function giveUpLease(
  { table }: Parts,
  tenant: string,
  topic: Topic,
  lease: Lease,
): Promise<void> {
  await table.write({ delete: keys.gatherer(tenant, topic), if: heldBy(lease) }).catch(() => {});
}

const heldBy = ({ by }: Lease): Condition => ({ is: 'equal', attribute: 'by', value: by });
