import { ProtocolError, wireTopic } from '@tidings/protocol';
import type { App } from '../app.ts';
import type { Write } from '../ports.ts';
import { again, retry } from '../retry.ts';
import type { Runtime } from '../runtime.ts';
import { settleAll } from '../settleAll.ts';
import { hasPresence, type Topic } from '../topics.ts';
import { transact } from '../transact.ts';
import { type Choice, feedsFor, isChosen } from './choice.ts';
import { asConnection, type Connection, isJoined, readConnection, requireOpen } from './connections.ts';
import { choiceWrite } from './connectionWrites.ts';
import { leavingWrites } from './leavers.ts';
import { presenceChanged } from './presenceChanged.ts';
import { muteWrite, subscriberKey, subscriberRow } from './subscriber.ts';

/**
 * Puts a choice in the place of the one before: leaves the feeds that it does not name, joins those that it does, and
 * says in each of the connection's rows whether it understands batches.
 *
 * @param kept topics that are not left, whatever the choice.
 * @returns the connection as it is then.
 * @throws ProtocolError `unauthenticated` (closed meanwhile), `rate_limited`, `unavailable`.
 */
export async function choose(
  runtime: Runtime,
  connection: Connection,
  choice: Choice,
  kept: readonly Topic[],
): Promise<Connection> {
  const chosen = await store(runtime, connection, choice, kept);
  // Only once it is stored, so that one that is refused for its rate has written nothing. Also where it was stored
  // before, by a `hello` that died here.
  if (choice.feeds) {
    const muted = !isChosen(choice, { kind: 'tenant' }) && !kept.some(({ kind }) => kind === 'tenant');
    await runtime.table.write(muteWrite(chosen, { muted }));
  }
  return chosen;
}

/** Stores all of it but whether the tenant's feed is muted. */
async function store(
  runtime: Runtime,
  connection: Connection,
  choice: Choice,
  kept: readonly Topic[],
): Promise<Connection> {
  let current = connection;
  return retry(runtime, async () => {
    const change = changeFor(runtime.app, current, choice, kept);
    if (!change) return current;
    const { left, gained } = change;
    const now = runtime.clock.now();
    const next = { ...change.next, choicesFullAt: requireSeldom(current, now) };
    const rest = current.topics.filter((topic) => !left.includes(topic));
    // The rows never promise more than the connection: batches end in them before it is stored, so that a `hello` that
    // died between the two does it again, and begin in them after that.
    if (current.batch && !next.batch) await flagAll(runtime, next, rest);
    const failed = await transact(runtime, [
      choiceWrite(runtime.app, current, next, left, gained, now),
      ...left.map((topic): Write => ({ delete: subscriberKey(current, topic) })),
      ...gained.map((topic): Write => ({ put: subscriberRow(next, topic, now) })),
      ...leavingWrites(current, left, now),
    ]);
    if (failed) {
      current = requireOpen(asConnection(failed.get(0)));
      return again();
    }
    const withPresence = [...left, ...gained].filter((topic) => hasPresence(runtime.app, topic));
    await presenceChanged(runtime, current, withPresence);
    if (next.batch && !current.batch) await beginBatches(runtime, next, rest);
    return next;
  });
}

/** A change may write a hundred rows and more: ten at once, and then one each ten seconds. */
const changeMs = 10_000;
const burstMs = 10 * changeMs;

/** @returns when the connection may change its choices as often as at first again. @throws ProtocolError `rate_limited`. */
function requireSeldom({ choicesFullAt = 0 }: Connection, now: number): number {
  const fullAt = Math.max(choicesFullAt, now) + changeMs;
  const retryAfterMs = fullAt - now - burstMs;
  if (retryAfterMs <= 0) return fullAt;
  throw new ProtocolError('rate_limited', 'feeds and features are changed too often', { retryAfterMs });
}

/** What a choice changes; nothing, where it is as it was. */
function changeFor(app: App, current: Connection, choice: Choice, kept: readonly Topic[]) {
  const { principal, topics } = current;
  const own = app.feedsOf(principal);
  const chosen = choice.feeds && own.filter((feed) => isChosen(choice, feed)).map(wireTopic);
  const feeds = chosen ?? current.feeds;
  const joined = feedsFor(app, principal, choice);
  const isOneOf = (all: readonly Topic[], topic: Topic) =>
    all.some((one) => wireTopic(one) === wireTopic(topic));
  const left = topics.filter((topic) => isOneOf(own, topic) && !isOneOf([...joined, ...kept], topic));
  const gained = choice.feeds ? joined.filter((feed) => !isJoined(current, feed)) : [];
  const isSame = `${feeds}` === `${current.feeds}` && choice.batch === current.batch;
  if (isSame && left.length + gained.length === 0) return undefined;
  const next: Connection = {
    ...current,
    ...(feeds && { feeds }),
    batch: choice.batch,
    topics: [...topics.filter((topic) => !left.includes(topic)), ...gained],
    rights: current.rights + 1,
    changes: current.changes + 1,
  };
  return { left, gained, next };
}

/** Says in the rows of a connection that understands batches that it does. */
async function beginBatches(runtime: Runtime, connection: Connection, topics: readonly Topic[]) {
  await flagAll(runtime, connection, topics);
  // Another `hello` may have ended them in these rows before they were begun.
  const current = await readConnection(runtime.table, connection.connectionId);
  if (current && !current.batch) await flagAll(runtime, current, topics);
}

/** Says in its subscriptions' rows whether batches are understood, where fan-out finds it without another read. */
const flagAll = async ({ table, clock }: Runtime, connection: Connection, topics: readonly Topic[]) => {
  const change = connection.batch
    ? { set: { batch: true } }
    : { set: { batchesEndedAt: clock.now() }, remove: ['batch'] };
  // None is under way any more when this fails, to say it later than what is said next.
  await settleAll(
    topics.map((topic) =>
      table.write({ update: subscriberKey(connection, topic), ...change, if: { is: 'present' } }),
    ),
  );
};
