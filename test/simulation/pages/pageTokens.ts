import type { Person } from '../users/people.ts';
import type { Pass, Tokens } from '../users/tokens.ts';

/** Which tokens a page has given to its client, and which of them a connection goes by. */
export function pagePasses(tokens: Tokens) {
  const given = new Map<string, Pass>();
  const inForce = new Map<string, Pass>();
  return {
    /** What the client's `getToken` gives. */
    tokenFor(isForced: boolean, isOpen: boolean): string {
      if (isForced && !isOpen) tokens.discard();
      const pass = isForced && isOpen ? tokens.forRenewal() : tokens.forHandshake();
      given.set(pass.token, pass);
      return pass.token;
    },
    of: (token: string): Pass => given.get(token) as Pass,
    use: (connectionId: string, pass: Pass) => void inForce.set(connectionId, pass),
    rightsOn: (connectionId: string | undefined): Person | undefined =>
      inForce.get(connectionId ?? '')?.rights,
  };
}
