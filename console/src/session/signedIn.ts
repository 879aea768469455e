import { createValue, type Value } from '../base/value.ts';
import { type Credential, createSession, type Session } from './createSession.ts';
import { keepCredential, keptCredential } from './kept.ts';
import type { Where } from './where.ts';

/** Who is signed in, in this tab. */
export interface SignedIn {
  readonly session: Value<Session | undefined>;
  signIn(credential: Credential): void;
  signOut(): void;
}

/** Begins with whom this tab was signed in as before it was loaded again. */
export function signedIn(where: Where): SignedIn {
  const session = createValue<Session | undefined>(undefined);

  function enter(credential: Credential) {
    session.getSnapshot()?.close();
    keepCredential(credential);
    session.set(createSession({ where, credential, onToken: (token) => keepCredential({ token }) }));
  }

  const kept = keptCredential();
  if (kept) enter(kept);
  return {
    session,
    signIn: enter,
    signOut() {
      session.getSnapshot()?.close();
      keepCredential(undefined);
      session.set(undefined);
    },
  };
}
