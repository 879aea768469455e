import type { Condition, Key } from '../ports.ts';
import type { Principal } from '../principal.ts';
import { fromRow } from '../rows.ts';
import type { Runtime } from '../runtime.ts';
import type { WorkMessage, WorkRow } from './watch.ts';

/** Work that this invocation alone may do, for as long as its lease holds. */
export interface Lease<W extends object = object> {
  readonly key: Key;
  readonly leaseId: string;
  /** The work's row as it was before. */
  readonly row: WorkRow & W;
  /** Whoever asked for the work: it is done in this user's name. */
  readonly owner: Principal;
}

/** Somebody else is at the work by now, and its end is theirs to tell. */
export class LeaseLost extends Error {}

/** The attributes of a lease: removed by whoever ends or gives back the work. */
export const leaseAttributes = ['leaseId', 'leaseExpiresAt'];

/**
 * Takes work that nobody is at: work not begun, or work whose worker's lease is over.
 *
 * @param key the work's row, with `status`, `userId` and, while somebody is at it, the lease.
 * @param forMs how long the lease holds, in milliseconds.
 * @param add numbers that go up in the row by the same write.
 * @returns nothing where somebody is at it, or it is over.
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

/** True for as long as nobody else has taken the work since. */
export const stillMine = ({ leaseId }: Pick<Lease, 'leaseId'>): Condition => ({
  is: 'equal',
  attribute: 'leaseId',
  value: leaseId,
});
