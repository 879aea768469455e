import { ProtocolError } from '@tidings/protocol';
import { keys } from '../keys.ts';
import type { Principal } from '../principal.ts';
import type { Runtime } from '../runtime.ts';
import { settleAll } from '../settleAll.ts';
import { isOpening, readConnection } from './connections.ts';
import { endConnection } from './endConnection.ts';
import { revokedUntil } from './expiry.ts';
import { readSlots } from './slot.ts';

/** Whether a token was revoked, by one strong read. One that does not say when it was issued is older than any revocation. */
export async function isRevoked(
  { table }: Pick<Runtime, 'table'>,
  { tenant, userId, issuedAt }: Principal,
): Promise<boolean> {
  const revoked = await table.get(keys.revoked(tenant, userId));
  return revoked !== undefined && revokedUntil(revoked) >= issuedAt;
}

/**
 * Refuses a revoked token. For APIs that, unlike a renewal, make no write to which the check could be a condition.
 *
 * @throws ProtocolError `forbidden`.
 */
export async function requireNotRevoked(
  runtime: Pick<Runtime, 'table'>,
  principal: Principal,
): Promise<void> {
  if (await isRevoked(runtime, principal)) {
    throw new ProtocolError('forbidden', 'the tokens of this user were revoked: sign in again');
  }
}

/**
 * Ends every connection that a user opened with a token issued up to `at`. Call it after the revocation is
 * committed. A connection takes its slot first, then writes its rows, and then asks whether anything was revoked.
 * So each connection is either found here, by its slot and its row, or refused there.
 *
 * @throws the error of a close, after all others were ended. Another call does the rest.
 */
export async function endDevices(
  runtime: Runtime,
  tenant: string,
  userId: string,
  at: number,
): Promise<void> {
  const slots = await readSlots(runtime.table, { tenant, userId });
  await settleAll(
    slots.map(async ({ connectionId }) => {
      const connection = await readConnection(runtime.table, connectionId);
      if (!connection) return;
      // A connection that has just been renewed with a newer token stays.
      const only = { is: 'below', attribute: 'issuedAt', value: at + 1 } as const;
      const why = connection.state === 'open' && { code: 4403 as const, only };
      const mayBeOpening = isOpening(connection, runtime.clock.now());
      await endConnection(runtime, connectionId, { ...why, mayBeOpening });
    }),
  );
}
