import { useStatus } from '@tidings/client/react';
import { type Task, useTask } from '../base/useTask.ts';
import { type KnownPerson, knownPeople } from '../session/knownPeople.ts';
import { useSession } from '../session/useSession.ts';

/** Whom a laptop knows; nobody elsewhere, where nothing but the own tenant is told of. */
export function useKnownPeople(): [Task<readonly KnownPerson[]>, () => void] {
  const { where } = useSession();
  const { session } = useStatus();
  // Whoever looks is one of them, once it is connected.
  return useTask(`${where.mode} ${session?.connectionId}`, (signal) =>
    where.mode === 'local' ? knownPeople(signal) : Promise.resolve([]),
  );
}
