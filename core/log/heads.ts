import type { Topic } from '@tidings/protocol';
import { keys } from '../keys.ts';
import type { Condition, Row, Table, Write } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import type { Settings } from '../settings.ts';
import { keptUntilMs, type StateOf, topicRules } from '../topicKinds.ts';
import { fairTurns } from './turns.ts';

/** A topic's one row: how far its log reaches, and the state at exactly that place. */
export interface Head<T extends Topic = Topic> {
  readonly epoch: string;
  readonly seq: number;
  readonly state: StateOf<T>;
  /** When the last event was committed, or the head was made: milliseconds since 1970. */
  readonly updatedAt: number;
  /**
   * It does not end, though nothing happens on it: its user has had a connection. A commit on a remembered head from
   * before may take this away; the user's next look, which each connection begins with, puts it back.
   */
  readonly kept?: true;
}

/** Reads a head out of its row. */
export function toHead<T extends Topic>(row: Row): Head<T> {
  return {
    epoch: row.epoch as string,
    seq: row.seq as number,
    state: row.state as unknown as StateOf<T>,
    updatedAt: row.updatedAt as number,
    ...(row.kept === true && { kept: true }),
  };
}

export async function readHead<T extends Topic>(
  table: Table,
  tenant: string,
  topic: T,
): Promise<Head<T> | undefined> {
  const row = await table.get(keys.head(tenant, topic));
  return row && toHead<T>(row);
}

/** The write that replaces a head, on condition that nobody moved it since it was read (or made it, if it was absent). */
export function headWrite<T extends Topic>(
  settings: Settings,
  tenant: string,
  topic: T,
  before: Head<T> | undefined,
  after: Head<T>,
): Write {
  const untilMs = keptUntilMs(settings, topic, after, after.updatedAt);
  return {
    put: {
      ...keys.head(tenant, topic),
      epoch: after.epoch,
      seq: after.seq,
      state: after.state as never,
      updatedAt: after.updatedAt,
      ...(after.kept && { kept: true }),
      ...(untilMs !== undefined && { ttl: Math.ceil(untilMs / 1000) }),
    },
    if: before ? isUnmoved(before) : { is: 'absent' },
  };
}

const isUnmoved = ({ epoch, seq }: Head): Condition => ({
  is: 'all',
  of: [
    { is: 'equal', attribute: 'epoch', value: epoch },
    { is: 'equal', attribute: 'seq', value: seq },
  ],
});

/**
 * Reads a head, and makes it if the topic has none yet, so that a subscriber always has a position to come back with.
 * Whoever looks uses the topic: what would end for want of use is given its time anew.
 */
export async function ensureHead<T extends Topic>(
  { settings, table, clock, random }: Pick<Runtime, 'settings' | 'table' | 'clock' | 'random'>,
  tenant: string,
  topic: T,
): Promise<Head<T>> {
  const key = keys.head(tenant, topic);
  // Only its user looks at a user's feed.
  const kept = topic.kind === 'user' && ({ kept: true } as const);
  const row = await table.get(key);
  if (row) {
    const head = { ...toHead<T>(row), ...kept };
    const change = lifeChange(settings, topic, head, row, clock.now());
    // A commit of the meantime gives the head its own time.
    if (change) await table.write({ update: key, ...change, if: isUnmoved(head) });
    return head;
  }
  const fresh: Head<T> = {
    ...kept,
    epoch: random.id(),
    seq: 0,
    state: topicRules(topic).initial as StateOf<T>,
    updatedAt: clock.now(),
  };
  const made = await table.write(headWrite(settings, tenant, topic, undefined, fresh));
  if (made.ok) return fresh;
  if (!made.before) throw new Error('a head was refused as present and then not shown');
  return toHead<T>(made.before);
}

/** How much of its time a head may have lost when it is looked at, and keep its end: else each look would write. */
const lookedAtAgainMs = 3_600_000;

/** How the end of a head moves when somebody looks at it. */
function lifeChange<T extends Topic>(settings: Settings, topic: T, head: Head<T>, { ttl }: Row, now: number) {
  const untilMs = keptUntilMs(settings, topic, head, now);
  if (untilMs === undefined) return ttl === undefined ? undefined : { remove: ['ttl'], set: { kept: true } };
  const leftMs = ((ttl as number | undefined) ?? 0) * 1000 - now;
  return leftMs < untilMs - now - lookedAtAgainMs ? { set: { ttl: Math.ceil(untilMs / 1000) } } : undefined;
}

/**
 * The heads that this execution environment wrote or read last, which spares a busy topic's commits a read.
 * One may be stale at any time: a commit on it then fails its condition, and nothing is ever refused on its word.
 */
export interface HeadMemory {
  /**
   * Runs commits of one topic one after the other. In a deployed function one request runs at a time and never
   * waits here; where one process serves them all, they would otherwise only take each other's numbers away.
   * Users take turns too: nobody waits behind all that another one sends.
   */
  inTurn<R>(tenant: string, topic: Topic, userId: string, work: () => Promise<R>): Promise<R>;
  recall<T extends Topic>(tenant: string, topic: T): Head<T> | undefined;
  remember<T extends Topic>(tenant: string, topic: T, head: Head<T>): void;
  forget(tenant: string, topic: Topic): void;
}

/** @param most how many heads to keep; the one that was written longest ago goes first. */
export function headMemory(most = 500): HeadMemory {
  const kept = new Map<string, Head>();
  const name = (tenant: string, topic: Topic) => {
    const { pk, sk } = keys.head(tenant, topic);
    return `${pk} ${sk}`;
  };
  const turns = fairTurns();
  return {
    inTurn: (tenant, topic, userId, work) => turns.run(name(tenant, topic), userId, work),
    recall: <T extends Topic>(tenant: string, topic: T) =>
      kept.get(name(tenant, topic)) as Head<T> | undefined,
    remember(tenant, topic, head) {
      kept.delete(name(tenant, topic));
      kept.set(name(tenant, topic), head as Head);
      const oldest = kept.keys().next();
      if (kept.size > most && !oldest.done) kept.delete(oldest.value);
    },
    forget: (tenant, topic) => void kept.delete(name(tenant, topic)),
  };
}
