import { ProtocolError } from '@tidings/protocol';
import { keys } from '../keys.ts';
import type { Key, Row, Write } from '../ports.ts';
import type { Principal } from '../principal.ts';
import { codec } from '../rows.ts';
import type { DueRows } from '../work/dueRows.ts';
import type { Connection } from './connections.ts';

const minuteMs = 60_000;

/** The connections that expire. */
export const expiries: DueRows = {
  partitions: keys.expiryPartitions(),
  former: { progress: keys.former.reaped(), partition: keys.former.expiryPartition },
  about: (row) => ({ requestId: expiringConnection(row), what: 'closing an expired connection' }),
};

interface ExpiryRow {
  readonly connectionId: string;
  readonly ttl: number;
}
const expiryCodec = codec<ExpiryRow>();

/** The connection of an expiry row. */
export const expiringConnection = (row: Row): string => expiryCodec.fromRow(row).connectionId;

/** Tokens of a user that were issued up to `at` are void. */
interface RevokedRow {
  readonly at: number;
}
const revokedCodec = codec<RevokedRow>();

/** Up to when a user's tokens are void; 0: none was ever revoked. */
export const revokedUntil = (row: Row | undefined): number => (row ? revokedCodec.fromRow(row).at : 0);

/**
 * The latest time at which a connection may begin. The reaper works by the minute, and would end a later one
 * within a minute.
 */
export const opensUntil = ({ expiresAt }: Principal) => expiresAt - minuteMs;

/** @throws ProtocolError `unauthenticated` for a token too close to its end. */
export function requireLife(principal: Principal, nowMs: number): void {
  if (opensUntil(principal) >= nowMs) return;
  throw new ProtocolError('unauthenticated', 'this token ends within a minute: bring a fresh one');
}

/** When a connection ends unless it is renewed: with its token, or with its lease. */
export const endsAt = ({ principal, leaseExpiresAt }: Connection) =>
  Math.min(principal.expiresAt, leaseExpiresAt);

const expiryKey = (connection: Connection): Key => keys.expiry(endsAt(connection), connection.connectionId);

/** Whether a row is that of the connection's end as it is now, and not of one before a renewal. */
export function isExpiryOf(connection: Connection, { pk, sk }: Row): boolean {
  const formerly = keys.former.expiryPartition(Math.floor(endsAt(connection) / minuteMs));
  return pk === formerly || sk === expiryKey(connection).sk;
}

/** The row by which the reaper finds a connection once its time is over. */
export function expiryWrite(connection: Connection): Write {
  const { connectionId } = connection;
  const ttl = Math.ceil(endsAt(connection) / 1000) + 24 * 3600;
  return { put: expiryCodec.toRow(expiryKey(connection), { connectionId, ttl }) };
}

/** The reaper has nothing left to do for this connection. */
export const expiryDone = (connection: Connection): Write => ({ delete: expiryKey(connection) });

/** Has the reaper look at a connection again in a minute, whenever it expires. */
export function recheckWrite(connectionId: string, now: number): Write {
  const at = now + minuteMs;
  const ttl = Math.ceil(at / 1000) + 24 * 3600;
  return { put: expiryCodec.toRow(keys.expiry(at, connectionId), { connectionId, ttl }) };
}

/** A condition that no token as old as this one was revoked. */
export function notRevokedCheck({ tenant, userId, issuedAt }: Principal): Write {
  return {
    check: keys.revoked(tenant, userId),
    if: { is: 'any', of: [{ is: 'absent' }, { is: 'below', attribute: 'at', value: issuedAt }] },
  };
}
