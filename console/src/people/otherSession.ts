import { useEffect, useState } from 'react';
import { keep, kept } from '../base/kept.ts';
import { createValue } from '../base/value.ts';
import { type Credential, createSession, type Session } from '../session/createSession.ts';
import type { Person } from '../session/person.ts';
import type { Where } from '../session/where.ts';

/** A session beside the one that is signed in, for as long as the component is there. */
export function useOtherSession(where: Where, credential: Credential | undefined): Session | undefined {
  const [session, setSession] = useState<Session>();
  const key = credential && JSON.stringify(credential);
  useEffect(() => {
    if (key === undefined) return setSession(undefined);
    const opened = createSession({ where, credential: JSON.parse(key) as Credential });
    setSession(opened);
    return opened.close;
  }, [where, key]);
  return session;
}

const key = 'tidings.people';

/** Who was chosen in this tab, the newest first: one goes back and forth between a few. */
export const chosenPeople = createValue<readonly Person[]>(kept(key, []));

export function rememberPerson(person: Person): void {
  const others = chosenPeople.getSnapshot().filter((one) => JSON.stringify(one) !== JSON.stringify(person));
  const next = [person, ...others].slice(0, 8);
  keep(key, next);
  chosenPeople.set(next);
}
