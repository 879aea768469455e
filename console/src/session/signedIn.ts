import { createValue, type Value } from '../base/value.ts';
import type { Prompt } from '../oidc/issuer.ts';
import { type IssuerDoor, issuerDoor, type Problem } from '../oidc/issuerDoor.ts';
import { takeAnswer } from '../oidc/memory.ts';
import { type Credential, createSession, type Session } from './createSession.ts';
import { keepCredential, keptCredential } from './kept.ts';
import { isTokenOver } from './tokens.ts';
import type { Where } from './where.ts';

/** What is shown while one is on the way in or out. */
export interface Meanwhile {
  readonly title: string;
  readonly text: string;
}

/** Who is signed in, in this tab. */
export interface SignedIn {
  readonly session: Value<Session | undefined>;
  readonly meanwhile: Value<Meanwhile | undefined>;
  /** Why nobody is, though somebody tried to be. */
  readonly problem: Value<Problem | undefined>;
  signIn(credential: Credential): void;
  /** Leaves for the issuer of the stage, where it says which that is. */
  goToIssuer(prompt?: Prompt): Promise<void>;
  signOut(): void;
}

/** Begins with whom this tab was signed in as before it was loaded again, or with who comes back from the issuer. */
export function signedIn(where: Where): SignedIn {
  const session = createValue<Session | undefined>(undefined);
  const meanwhile = createValue<Meanwhile | undefined>(undefined);
  const problem = createValue<Problem | undefined>(undefined);
  const door = where.oidc && issuerDoor(where, where.oidc);

  function enter(credential: Credential) {
    session.getSnapshot()?.close();
    problem.set(undefined);
    keepCredential(credential);
    session.set(createSession({ where, credential, door, onCredential: keepCredential }));
  }

  /** Tells of it meanwhile. `work` says whether this page is being left by it. */
  async function passing(title: string, work: (to: IssuerDoor) => Promise<boolean>): Promise<void> {
    if (!door) return;
    problem.set(undefined);
    meanwhile.set({ title, text: `You are taken to ${door.host}.` });
    const isLeft = await work(door).catch((error: Error) => {
      problem.set({ text: error.message });
    });
    if (!isLeft) meanwhile.set(undefined);
  }

  const goToIssuer = (prompt?: Prompt) => passing('Signing in', (to) => to.go(prompt));

  async function arrive(answer: URLSearchParams) {
    meanwhile.set({ title: 'Signing in', text: `${door?.host} is asked for a token.` });
    const arrival = await door?.arrive(answer);
    if (arrival === 'elsewhere') {
      meanwhile.set({
        title: 'You are signed in',
        text: 'Go on in the tab that you came from. This one can be closed.',
      });
      return window.close();
    }
    meanwhile.set(undefined);
    if (arrival && 'grant' in arrival) enter(arrival);
    else problem.set(arrival?.problem);
  }

  const answer = door && takeAnswer();
  const kept = keptCredential();
  // Nothing was typed yet, so that nothing is lost by going away and coming back.
  if (
    door &&
    kept &&
    'grant' in kept &&
    kept.grant.refreshToken === undefined &&
    isTokenOver(kept.grant.token)
  ) {
    keepCredential(undefined);
    void goToIssuer('none');
  } else if (kept) enter(kept);
  else if (answer) void arrive(answer);

  // Somebody goes back to this page, as it was left.
  window.addEventListener('pageshow', ({ persisted }) => persisted && meanwhile.set(undefined));
  return {
    session,
    meanwhile,
    problem,
    signIn: enter,
    goToIssuer,
    signOut() {
      // It may be newer than what the session began with.
      const last = keptCredential();
      session.getSnapshot()?.close();
      keepCredential(undefined);
      session.set(undefined);
      if (last && 'grant' in last) void passing('Signing out', (to) => to.leave(last.grant));
    },
  };
}
