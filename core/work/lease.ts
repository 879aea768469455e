import type { Condition, Key } from '../ports.ts';
import type { Principal } from '../principal.ts';
import { fromRow } from '../rows.ts';
import type { Runtime } from '../runtime.ts';
import type { WorkMessage, WorkRow } from './watch.ts';

/** Work that only this invocation may do while its lease holds. */
export interface Lease<W extends object = object> {
  readonly key: Key;
  readonly leaseId: string;
  /** The work's row as it was before. */
  readonly row: WorkRow & W;
  /** The user who asked for the work, in whose name it is done. */
  readonly owner: Principal;
}

/** Another invocation has taken the work, and will end it. */
export class LeaseLost extends Error {}

/** The attributes of a lease, removed when the work ends or is given back. */
export const leaseAttributes = ['leaseId', 'leaseExpiresAt'];

/**
 * Takes work that has not begun, or whose lease has ended.
 *
 * @param key the work's row, with `status`, `userId` and, while it is taken, the lease.
 * @param forMs how long the lease holds, in milliseconds.
 * @param add numbers to add to the row in the same write.
 * @returns `undefined` if another invocation has it, or it has ended.
 */
export async function takeLease<W extends object>(
  { table, clock, random }: Pick<Runtime, 'table' | 'clock' | 'random'>,
  { tenant }: Pick<WorkMessage, 'tenant'>,
  key: Key,
  forMs: number,
  add?: Readonly<Record<string, number>>,
): Promise<Lease<W> | undefined> {
  const leaseId = random.id();
  const now = clock.now();
  const { ok, before } = await table.write({
    update: key,
    set: { status: 'running', leaseId, leaseExpiresAt: now + forMs },
    ...(add && { add }),
    if: isNobodysWork(now),
  });
  if (!ok || !before) return undefined;
  const row = fromRow<WorkRow & W>(before);
  const { userId } = row;
  const owner = { tenant, userId, roles: [], clients: [], expiresAt: now, issuedAt: now };
  return { key, leaseId, row, owner };
}

const isNobodysWork = (nowMs: number): Condition => ({
  is: 'any',
  of: [
    { is: 'equal', attribute: 'status', value: 'queued' },
    {
      is: 'all',
      of: [
        { is: 'equal', attribute: 'status', value: 'running' },
        { is: 'below', attribute: 'leaseExpiresAt', value: nowMs },
      ],
    },
  ],
});

/** The condition that no other invocation has taken the work since. */
export const stillMine = ({ leaseId }: Pick<Lease, 'leaseId'>): Condition => ({
  is: 'equal',
  attribute: 'leaseId',
  value: leaseId,
});
