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
export async function knownPeople(signal: AbortSignal): Promise<readonly KnownPerson[]> {
  const answer = await fetch('/_local/tenants', { signal });
  if (!answer.ok) throw new Error(`The stack answered ${answer.status}.`);
  return peopleOf((await answer.json()) as Answer);
}

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
