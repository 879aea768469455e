import { readHeadPartition, readTopicId } from '../../core/keys.ts';
import type { Rows } from '../database/rows.ts';

/** Somebody of a tenant, as far as rows tell. */
export interface KnownUser {
  readonly userId: string;
  /** As at the last connection that its row is still there of; empty: none is. */
  readonly roles: readonly string[];
  readonly clients: readonly string[];
  /** Open ones. */
  readonly connections: number;
}

export interface KnownTenant {
  readonly tenant: string;
  readonly users: readonly KnownUser[];
}

/** So many tenants, and so many users of each, are told of; `more` says that there are others. */
const maxTold = 200;

/** Who there is: whose connection, or whose own feed, is stored. A tenant of which there is any topic is there without anybody. */
export async function readTenants(
  rows: Pick<Rows, 'all' | 'people'>,
): Promise<{ tenants: readonly KnownTenant[]; more: boolean }> {
  const tenants = new Map<string, Map<string, KnownUser>>();
  let more = false;
  const within = <V>(map: Map<string, V>, name: string, make: () => V): V | undefined => {
    const known = map.get(name);
    if (known || map.size >= maxTold) {
      more ||= !known;
      return known;
    }
    const made = make();
    map.set(name, made);
    return made;
  };
  const usersOf = (tenant: string) => within(tenants, tenant, () => new Map<string, KnownUser>());
  for await (const { tenant, userId, roles, clients, isOpen } of rows.people()) {
    const users = usersOf(tenant);
    const known = users && within(users, userId, () => nobody(userId));
    if (known) users.set(userId, { userId, roles, clients, connections: known.connections + Number(isOpen) });
  }
  for await (const { pk, sk } of rows.all()) {
    const head = readHeadPartition(pk);
    const users = head && usersOf(head.tenant);
    if (users && head.kind === 'user') within(users, readTopicId(sk), () => nobody(readTopicId(sk)));
  }
  const all = [...tenants].map(([tenant, users]) => ({
    tenant,
    users: byName([...users.values()], 'userId'),
  }));
  return { tenants: byName(all, 'tenant'), more };
}

const nobody = (userId: string): KnownUser => ({ userId, roles: [], clients: [], connections: 0 });

const byName = <N extends string, T extends Readonly<Record<N, string>>>(all: readonly T[], name: N): T[] =>
  all.toSorted((one, other) => (one[name] < other[name] ? -1 : 1));
