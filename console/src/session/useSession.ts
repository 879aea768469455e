import { createContext, useContext } from 'react';
import type { Session } from './createSession.ts';
import type { SignedIn } from './signedIn.ts';

const SessionContext = createContext<Session | undefined>(undefined);
const SignedInContext = createContext<SignedIn | undefined>(undefined);

export const SessionProvider = SessionContext.Provider;
export const SignedInProvider = SignedInContext.Provider;

/** The session that is looked at. Pages are shown only while there is one. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('there is no session above this component');
  return session;
}

export function useSignedIn(): SignedIn {
  const all = useContext(SignedInContext);
  if (!all) throw new Error('there is no SignedInProvider above this component');
  return all;
}

/** Who signed in at an issuer signs out there too. */
export const signsOut = ({ credential }: Session): boolean => 'grant' in credential;
