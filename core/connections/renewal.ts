import { ProtocolError, wireTopic } from '@tidings/protocol';
import { requirePrincipal } from '../authorizeToken.ts';
import { withDeadline } from '../deadline.ts';
import type { Principal } from '../principal.ts';
import { again, retry } from '../retry.ts';
import type { Runtime } from '../runtime.ts';
import { maySubscribe, type Topic } from '../topics.ts';
import { transact } from '../transact.ts';
import { feedsFor } from './choice.ts';
import { type Connection, readConnection, requireOpen } from './connections.ts';
import { renewWrites } from './connectionWrites.ts';
import { expiryWrite, notRevokedCheck, requireLife } from './expiry.ts';
import { leavingWrites } from './leavers.ts';
import { leave, maxTogether } from './subscribe.ts';

/**
 * Gives an open connection a new token. Ends the subscriptions that the new token does not allow, and adds
 * the feeds that it brings, of those that the connection wants.
 *
 * @throws ProtocolError `unauthenticated` (the token does not verify, or ends within a minute),
 *   `identity_mismatch`, `forbidden` (revoked, or no role), `unavailable`.
 */
export async function renew(
  parts: Runtime,
  connection: Connection,
  token: string,
): Promise<{ expiresAt: number }> {
  const runtime = withDeadline(parts);
  const principal = await requirePrincipal(runtime, token);
  requireLife(principal, runtime.clock.now());
  const { tenant, userId } = connection.principal;
  if (principal.userId !== userId || principal.tenant !== tenant) {
    throw new ProtocolError(
      'identity_mismatch',
      'this token is of another user or tenant: connect anew with it',
    );
  }
  let current = connection;
  return retry(runtime, async () => {
    const lost = await writeRenewal(runtime, current, principal);
    if (lost) {
      await Promise.all(lost.map((topic) => sendUnsubscribed(runtime, connection.connectionId, topic)));
      return { expiresAt: principal.expiresAt };
    }
    current = requireOpen(await readConnection(runtime.table, connection.connectionId));
    return again();
  });
}

/**
 * @returns the topics that were left; `undefined` if the subscriptions changed meanwhile, or the connection
 *   was closed.
 */
async function writeRenewal(
  runtime: Runtime,
  connection: Connection,
  principal: Principal,
): Promise<readonly Topic[] | undefined> {
  const { app } = runtime;
  const now = runtime.clock.now();
  const lost = connection.topics.filter((topic) => !maySubscribe(app, principal, topic));
  const known = new Set([...connection.topics, ...app.feedsOf(connection.principal)].map(wireTopic));
  const gained = feedsFor(app, principal, connection).filter((feed) => !known.has(wireTopic(feed)));
  const notes = leavingWrites(connection, lost, now);
  if (lost.length + gained.length + notes.length > maxTogether) {
    // Too much for one transaction: first end the subscriptions that the new token does not allow, one at a
    // time.
    for (const topic of lost) await leave(runtime, connection, topic);
    await Promise.all(lost.map((topic) => sendUnsubscribed(runtime, connection.connectionId, topic)));
    return undefined;
  }
  const failed = await transact(runtime, [
    notRevokedCheck(principal),
    expiryWrite({ ...connection, principal }),
    ...renewWrites(app, connection, principal, lost, gained, now),
    ...notes,
  ]);
  if (failed?.has(0))
    throw new ProtocolError('forbidden', 'the tokens of this user were revoked: sign in again');
  return failed ? undefined : lost;
}

async function sendUnsubscribed(
  { sockets, reporter }: Runtime,
  connectionId: string,
  topic: Topic,
): Promise<void> {
  const frame = { type: 'unsubscribed', topic: wireTopic(topic), payload: { code: 'forbidden' } };
  // If this post fails, the subscription has ended all the same.
  await sockets.post(connectionId, JSON.stringify(frame)).catch((error: unknown) => {
    reporter.report(error, { requestId: connectionId, what: 'telling that a topic was left' });
  });
}
