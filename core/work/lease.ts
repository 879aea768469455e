import type { Contract } from '@tidings/protocol';
import type { Call } from '../call.ts';
import type { Condition, Key, Row, Value, Write } from '../ports.ts';
import type { Principal } from '../principal.ts';
import type { Runtime } from '../runtime.ts';
import { endWrites, underWayKey } from './underWay.ts';
import type { WorkMessage, WorkRow, WorkRules } from './watch.ts';

/** Work that only this invocation may do while its lease holds. */
export interface Lease<W extends WorkRow = WorkRow> {
  readonly rules: WorkRules<W>;
  readonly id: string;
  readonly key: Key;
  readonly leaseId: string;
  /** The work's row as it was before. */
  readonly row: W;
  /** The user who asked for the work, in whose name it is done. */
  readonly owner: Principal;
}

/** Another invocation has taken the work, and will end it. */
export class LeaseLost extends Error {}

/**
 * Takes work that has not begun, or whose lease has ended.
 *
 * @param add numbers to add to its row in the same write.
 * @returns `undefined` if another invocation has it, or it has ended.
 */
export async function takeLease<W extends WorkRow>(
  { table, clock, random }: Pick<Runtime, 'table' | 'clock' | 'random'>,
  rules: WorkRules<W>,
  { tenant, id }: WorkMessage,
  { add }: { readonly add?: Readonly<Record<string, number>> } = {},
): Promise<Lease<W> | undefined> {
  const key = rules.key(tenant, id);
  const leaseId = random.id();
  const now = clock.now();
  const { ok, before } = await table.write({
    update: key,
    set: { status: 'running', leaseId, leaseExpiresAt: now + rules.leaseMs },
    ...(add && { add }),
    if: isUnleased(now),
  });
  if (!ok || !before) return undefined;
  const row = rules.fromRow(before);
  const owner = { tenant, userId: row.userId, roles: [], clients: [], expiresAt: now, issuedAt: now };
  return { rules, id, key, leaseId, row, owner };
}

const isUnleased = (nowMs: number): Condition => ({
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
const holdsLease = ({ leaseId }: Pick<Lease, 'leaseId'>): Condition => ({
  is: 'equal',
  attribute: 'leaseId',
  value: leaseId,
});

/**
 * Refuses to decide on work that another invocation has taken since.
 *
 * @param current the work's row, as the decision reads it.
 * @throws LeaseLost
 */
export function requireLease({ leaseId }: Pick<Lease, 'leaseId'>, current: Row | undefined): void {
  if (current?.leaseId !== leaseId) throw new LeaseLost();
}

/** The write that has a lease hold anew from now on. */
export const renewalWrite = (lease: Lease, now: number): Write => ({
  update: lease.key,
  set: { leaseExpiresAt: now + lease.rules.leaseMs },
  if: holdsLease(lease),
});

/**
 * Renews a lease.
 *
 * @returns the work's row as it was.
 * @throws LeaseLost
 */
export async function renewLease<W extends WorkRow>(
  { table, clock }: Pick<Runtime, 'table' | 'clock'>,
  lease: Lease<W>,
): Promise<W> {
  const { ok, before } = await table.write(renewalWrite(lease, clock.now()));
  if (!ok || !before) throw new LeaseLost();
  return lease.rules.fromRow(before);
}

/** The write that gives work back, so that it is taken again with its next message. */
export const giveBackWrite = (lease: Lease): Write => withoutLease(lease, { status: 'queued' });

/**
 * The writes that end work. It counts no more among what its user has under way.
 *
 * @param set how it ended: a `status` that is neither `queued` nor `running`, and what is kept of it.
 * @param underWay the row of `underWayKey`, as the decision reads it.
 */
export const endWorkWrites = (lease: Lease, set: Attributes, underWay: Row | undefined): readonly Write[] => [
  withoutLease(lease, set),
  ...endWrites(underWayKey(lease.rules, lease.owner), underWay, lease.id),
];

type Attributes = { readonly status: string; readonly [attribute: string]: Value };

const withoutLease = (lease: Lease, set: Attributes): Write => ({
  update: lease.key,
  set,
  remove: ['leaseId', 'leaseExpiresAt'],
  if: holdsLease(lease),
});

/**
 * The call in which work commits. It acts for the user who asked for it.
 *
 * @param request with a `ref` that is never sent to a client, so that no client's request can have used it.
 */
export const callOfWork = <C extends Contract>(
  runtime: Runtime,
  { owner }: Lease,
  request: Pick<Call, 'ref' | 'hash'>,
): Call<C> => ({ runtime, principal: owner, ...request });
