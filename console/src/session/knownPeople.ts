import { askLocal } from './askLocal.ts';
import type { Person } from './person.ts';

/** Somebody of whom a local stack has rows, as of the last connection. */
export interface KnownPerson extends Person {
  /** How many connections are open. */
  readonly connections: number;
}

interface Answer {
  readonly tenants?: readonly {
    readonly tenant: string;
    readonly users: readonly {
      readonly userId: string;
      readonly roles?: readonly string[];
      readonly clients?: readonly string[];
      readonly connections?: number;
    }[];
  }[];
}

/** Whom a local stack knows, of all its tenants. */
export const knownPeople = async (signal: AbortSignal): Promise<readonly KnownPerson[]> =>
  peopleOf(await askLocal<Answer>('/tenants', { signal }));

export const peopleOf = ({ tenants = [] }: Answer): readonly KnownPerson[] =>
  tenants.flatMap(({ tenant, users }) =>
    users.map(({ userId: user, roles = [], clients = [], connections = 0 }) => ({
      user,
      tenant,
      roles,
      ...(clients.length > 0 && { clients }),
      connections,
    })),
  );
