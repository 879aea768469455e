import { ProtocolError, type Topic, wireTopic } from '@tidings/protocol';
import { clientsSnapshot } from './clientsSnapshot.ts';
import {
  type Connection,
  joinWrites,
  leaveWrites,
  muteWrite,
  requireOpen,
  topicAttribute,
} from './connections.ts';
import { ensureHead, type Head } from './heads.ts';
import { replay } from './replay.ts';
import type { Runtime } from './runtime.ts';
import { snapshotOf } from './topicKinds.ts';
import { transactFirmly } from './transactFirmly.ts';

/** Where a client says it has got to. `at` is for `client:*`, which has no numbers of its own. */
export interface Since {
  readonly epoch?: string | undefined;
  readonly seq?: number | undefined;
  readonly at?: number | undefined;
}

/** How an answer brings a client up to date; the payload of `subscribed`. */
export interface CaughtUp {
  readonly epoch?: string;
  readonly seq?: number;
  readonly at?: number;
  readonly recovered: boolean;
  readonly snapshot?: object;
  readonly events?: readonly object[];
  readonly more?: boolean;
}

/** The most that the events of one answer may weigh: a frame has at most 32 KB. */
export const mostAnswerBytes = 30_000;

/**
 * Joins a connection to topics, all in one transaction: afterwards every commit finds it in the audience.
 * Reading a head before this would lose the update that falls between the two.
 *
 * @throws ProtocolError `unauthenticated` (closed meanwhile), `limit_exceeded`, `unavailable`.
 */
export async function join(
  runtime: Runtime,
  connection: Connection,
  topics: readonly Topic[],
): Promise<void> {
  if (topics.some(({ kind }) => kind === 'tenant')) await runtime.table.write(muteWrite(connection, false));
  const joined = new Set(connection.topics.map(topicAttribute));
  const missing = topics.filter((topic) => !joined.has(topicAttribute(topic)));
  if (missing.length === 0) return;
  const most = runtime.settings.limits.topicsPerConnection;
  const failed = await transactFirmly(runtime, joinWrites(connection, missing, most));
  if (!failed) return;
  const raced = [...failed.keys()].some((index) => index > 0);
  if (raced) {
    // Another frame of this connection joined one of them meanwhile; alone, that one is there already.
    if (missing.length > 1) for (const topic of missing) await join(runtime, connection, [topic]);
    return;
  }
  if (failed.get(0)?.state !== 'open') requireOpen(undefined);
  throw new ProtocolError('limit_exceeded', `a connection may be subscribed to ${most} topics at most`);
}

/**
 * Takes a connection out of a topic's audience. The tenant's feed is only muted: its roster is what `stats` counts.
 *
 * @throws ProtocolError `not_subscribed`, `unauthenticated`, `unavailable`.
 */
export async function leave(runtime: Runtime, connection: Connection, topic: Topic): Promise<void> {
  if (topic.kind === 'tenant') {
    if ((await runtime.table.write(muteWrite(connection, true))).ok) return;
    throw notSubscribed(topic);
  }
  const failed = await transactFirmly(runtime, leaveWrites(connection, topic));
  if (failed?.has(1)) throw notSubscribed(topic);
  if (failed) requireOpen(undefined);
}

export function notSubscribed(topic: Topic): ProtocolError {
  return new ProtocolError('not_subscribed', `this connection is not subscribed to ${wireTopic(topic)}`);
}

/**
 * Brings a client that has joined a topic up to date: by the events that it missed, if all of them are still
 * there, and otherwise by the state as a whole. Never by a part.
 */
export async function catchUp(
  runtime: Runtime,
  tenant: string,
  topic: Topic,
  since: Since | undefined,
  more: { cursor?: string | undefined; mostBytes?: number } = {},
): Promise<CaughtUp> {
  if (topic.kind === 'clients') return clientsSnapshot(runtime, tenant, since?.at, more.cursor);
  const head = await ensureHead(runtime, tenant, topic);
  const position = { epoch: head.epoch, seq: head.seq };
  if (since?.epoch === head.epoch && since.seq !== undefined) {
    const missed = await replay(runtime, tenant, topic, head, since.seq, more.mostBytes ?? mostAnswerBytes);
    if (missed) {
      const { events, seq } = missed;
      return { ...position, seq, recovered: true, events, ...(missed.more && { more: true }) };
    }
  }
  return { ...position, recovered: false, ...withSnapshot(topic, head) };
}

function withSnapshot(topic: Topic, head: Head): { snapshot?: object } {
  const snapshot = snapshotOf(topic, head.state as never);
  return snapshot ? { snapshot } : {};
}
