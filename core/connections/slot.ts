import { readAll } from '../allRows.ts';
import { keys, slotPrefix } from '../keys.ts';
import type { Row, Table, Write } from '../ports.ts';
import type { Principal } from '../principal.ts';
import { codec } from '../rows.ts';
import type { Connection } from './connections.ts';

/** One of a user's connection slots, and its holder. */
export interface Slot {
  readonly number: number;
  readonly connectionId: string;
  readonly since: number;
  readonly leaseExpiresAt: number;
}

interface SlotRow extends Omit<Slot, 'number'> {
  readonly ttl: number;
}
const slotCodec = codec<SlotRow>();

export function toSlotRow({ tenant, userId }: Principal, { number, ...slot }: Slot): Row {
  const ttl = Math.ceil(slot.leaseExpiresAt / 1000);
  return slotCodec.toRow(keys.slot(tenant, userId, number), { ...slot, ttl });
}

function toSlot(row: Row): Slot {
  const { sk, connectionId, since, leaseExpiresAt } = slotCodec.fromRow(row);
  return { number: Number(sk.slice(slotPrefix.length)), connectionId, since, leaseExpiresAt };
}

/** The slots that a user's connections hold, including those whose lease has ended. */
export async function readSlots(
  table: Table,
  { tenant, userId }: Pick<Principal, 'tenant' | 'userId'>,
): Promise<readonly Slot[]> {
  const rows = await readAll(table, { pk: keys.userPartition(tenant, userId), prefix: slotPrefix });
  return rows.map(toSlot);
}

/** Frees a connection's slot, unless another connection holds it by now. */
export function slotRelease({
  principal,
  slot,
  connectionId,
}: Pick<Connection, 'principal' | 'slot' | 'connectionId'>): Write {
  return {
    delete: keys.slot(principal.tenant, principal.userId, slot),
    if: { is: 'equal', attribute: 'connectionId', value: connectionId },
  };
}
