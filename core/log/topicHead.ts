import { keys } from '../keys.ts';
import type { Condition, Row, Table, Write } from '../ports.ts';
import { codec } from '../rows.ts';
import type { Runtime } from '../runtime.ts';
import { type Head, type InApp, keptUntilMs, rulesOf, type Topic } from '../topics.ts';

/** A head as it is stored. */
interface HeadRow<S> extends Head<S> {
  /** When it expires, unless it is kept: seconds since 1970. */
  readonly ttl?: number;
}
const headCodec = <S>() => codec<HeadRow<S>>();

/** Reads a head out of its row. */
export function toHead<S>(row: Row): Head<S> {
  const { epoch, seq, state, updatedAt, kept, hotUntil } = headCodec<S>().fromRow(row);
  return { epoch, seq, state, updatedAt, ...(kept && { kept }), ...(hotUntil && { hotUntil }) };
}

export async function readHead<S>(
  table: Table,
  tenant: string,
  topic: Topic<S>,
): Promise<Head<S> | undefined> {
  const row = await table.get(keys.head(tenant, topic));
  return row && toHead<S>(row);
}

/**
 * The write that replaces a head, on condition that it has not changed since it was read (or is still
 * absent).
 */
export function headWrite<S>(
  inApp: InApp,
  tenant: string,
  topic: Topic<S>,
  before: Head<S> | undefined,
  after: Head<S>,
): Write {
  const untilMs = keptUntilMs(inApp, topic, after, after.updatedAt);
  return {
    put: headCodec<S>().toRow(keys.head(tenant, topic), {
      ...after,
      ...(untilMs !== undefined && { ttl: Math.ceil(untilMs / 1000) }),
    }),
    if: before ? isUnmoved(before) : { is: 'absent' },
  };
}

/** Replaces a topic's state at the same sequence number, for a change without an event. */
export function stateWrite<S>(tenant: string, topic: Topic<S>, { seq }: Head<S>, state: S): Write {
  return {
    update: keys.head(tenant, topic),
    set: headCodec<S>().toAttributes({ state }),
    if: { is: 'equal', attribute: 'seq', value: seq },
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
 * Reads a head, and creates it if there is none, so that a subscriber always has a position to come back
 * with. A read counts as a use of the topic, and extends its life.
 */
export async function ensureHead<S>(
  runtime: Pick<Runtime, 'app' | 'settings' | 'table' | 'clock' | 'random'>,
  tenant: string,
  topic: Topic<S>,
): Promise<Head<S>> {
  const { app, table, clock, random } = runtime;
  const key = keys.head(tenant, topic);
  // Only its user reads a user's feed.
  const kept = topic.kind === 'user' && ({ kept: true } as const);
  const row = await table.get(key);
  if (row) {
    const head = { ...toHead<S>(row), ...kept };
    const change = lifeChange(runtime, topic, head, row, clock.now());
    // A commit in the meantime sets its own expiry.
    if (change) await table.write({ update: key, ...change, if: isUnmoved(head) });
    return head;
  }
  const fresh: Head<S> = {
    ...kept,
    epoch: random.id(),
    seq: 0,
    state: rulesOf(app, topic).initial,
    updatedAt: clock.now(),
  };
  const made = await table.write(headWrite(runtime, tenant, topic, undefined, fresh));
  if (made.ok) return fresh;
  if (!made.before) throw new Error('a head was refused as present and then not shown');
  return toHead<S>(made.before);
}

/** How much of its life a head may have lost before a read extends it. Otherwise each read would write. */
const extendsAfterMs = 3_600_000;

/** How a read changes a head's expiry. */
function lifeChange<S>(inApp: InApp, topic: Topic<S>, head: Head<S>, row: Row, now: number) {
  const { ttl } = headCodec<S>().fromRow(row);
  const untilMs = keptUntilMs(inApp, topic, head, now);
  if (untilMs === undefined) return ttl === undefined ? undefined : { remove: ['ttl'], set: { kept: true } };
  const leftMs = (ttl ?? 0) * 1000 - now;
  return leftMs < untilMs - now - extendsAfterMs ? { set: { ttl: Math.ceil(untilMs / 1000) } } : undefined;
}
