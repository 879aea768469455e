import { ProtocolError, wireTopic } from '@tidings/protocol';
import type { CallOf } from '../../core/call.ts';
import { leaseMs, readConnection } from '../../core/connections/connections.ts';
import { toSubscriber } from '../../core/connections/subscriber.ts';
import { tenantFeed } from '../../core/feeds.ts';
import { invalidField } from '../../core/invalidField.ts';
import { keys } from '../../core/keys.ts';
import type { Row } from '../../core/ports.ts';
import type { consoleContract } from './contract.ts';
import { listPage } from './page.ts';

type ConsoleContract = typeof consoleContract;

/** How many rows a page of those that hold a role looks at. */
const lookedAt = 500;

/** Each open connection is in the tenant's feed once, as `stats` counts them. */
export async function listConnections({
  runtime,
  principal: { tenant },
  payload,
}: CallOf<ConsoleContract, 'connections.list'>) {
  const { userId, role } = payload;
  const { app, table, clock } = runtime;
  if (role !== undefined && !app.roles.includes(role)) {
    throw invalidField('payload.role', `must be one of ${app.roles.join(', ')}`);
  }
  const range = {
    ...keys.subscriberRows(tenant, tenantFeed.of()),
    ...(userId !== undefined && { prefix: keys.subscriber(tenant, tenantFeed.of(), userId, '').sk }),
    ...(role !== undefined && { limit: lookedAt }),
    only: ['ttl', 'roles'],
  };
  const toEntry = (row: Row) => {
    const { connectionId, userId, roles, ttl } = toSubscriber(row);
    if (ttl <= clock.now() / 1000 || (role !== undefined && !roles.includes(role))) return undefined;
    return { connectionId, userId, roles: [...roles], connectedAt: ttl * 1000 - leaseMs };
  };
  const { entries, next } = await listPage(table, range, payload, toEntry);
  return { connections: entries, ...next };
}

export async function describeConnection({
  runtime,
  principal: { tenant },
  payload: { connectionId },
}: CallOf<ConsoleContract, 'connection.describe'>) {
  const found = await readConnection(runtime.table, connectionId);
  // One of another tenant is not there, as far as anybody here is told.
  if (found?.state !== 'open' || found.principal.tenant !== tenant) {
    throw new ProtocolError('not_found', 'there is no open connection of this id');
  }
  const { userId, roles, clients, expiresAt } = found.principal;
  return {
    connectionId,
    userId,
    roles,
    clients,
    connectedAt: found.connectedAt,
    expiresAt,
    topics: found.topics.map(wireTopic).toSorted(),
    features: found.batch ? ['batch'] : [],
  };
}
