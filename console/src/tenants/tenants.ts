import type { KnownPerson } from '../session/knownPeople.ts';

/** A tenant of a laptop, as far as there are people in it. */
export interface Tenant {
  readonly name: string;
  readonly users: number;
  readonly connections: number;
}

/** By name; the own one is the first, however many there are. */
export function tenantsOf(people: readonly KnownPerson[], own?: string): readonly Tenant[] {
  const tenants = new Map<string, Tenant>();
  for (const { tenant: name, connections } of people) {
    const { users, connections: open } = tenants.get(name) ?? { users: 0, connections: 0 };
    tenants.set(name, { name, users: users + 1, connections: open + connections });
  }
  const isBefore = (one: Tenant, other: Tenant) =>
    one.name === own || (other.name !== own && one.name < other.name);
  return [...tenants.values()].sort((one, other) => (isBefore(one, other) ? -1 : 1));
}

export interface Wanted {
  /** A part of the name. */
  readonly user: string;
  /** Empty: any. */
  readonly role: string;
}

export function peopleLike(people: readonly KnownPerson[], { user, role }: Wanted): readonly KnownPerson[] {
  const part = user.trim().toLowerCase();
  return people.filter(
    (one) => one.user.toLowerCase().includes(part) && (role === '' || one.roles.includes(role)),
  );
}

/** Whether somebody may see who is connected to a tenant, or what it takes. */
export type Access = 'given' | 'other tenant' | 'no right';

export function accessTo(tenant: string, own: string | undefined, isGiven: boolean): Access {
  if (tenant !== own) return 'other tenant';
  return isGiven ? 'given' : 'no right';
}
