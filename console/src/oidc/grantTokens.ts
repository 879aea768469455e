import { createNewToken } from '../session/newToken.ts';
import { isTokenOver, requireNext, type Tokens, whyNew } from '../session/tokens.ts';
import { signInBeside } from './beside.ts';
import type { Grant } from './grant.ts';
import type { Issuer } from './issuer.ts';
import { isOver } from './signInError.ts';

export interface GrantTokensOptions {
  readonly first: Grant;
  /** Asked for when it is needed. @throws SignInError */
  issuer(): Promise<Issuer>;
  /** Why the stage would not take a token; nothing, where it does. */
  refusal(token: string): Promise<string | undefined>;
  /** Told of what takes the place of `first`: another grant, or a token that was pasted. */
  onChange(next: Grant | { readonly token: string }): void;
}

/** The client asks for another token so long before one ends, and not earlier. */
const renewalLeadMs = 300_000;

/**
 * The tokens of who signed in at the issuer. A new one is got by the refresh token, without a word; where there is
 * none, or it is over, somebody is asked to sign in again, and everybody who needs a token waits.
 */
export function grantTokens({ first, issuer, refusal, onChange }: GrantTokensOptions): Tokens {
  let grant: Grant | { readonly token: string; readonly refreshToken?: undefined } = first;
  let refreshing: Promise<string | undefined> | undefined;
  const { wanted, wait, come } = createNewToken();

  function change(next: typeof grant) {
    grant = next;
    onChange(next);
  }

  function take(next: typeof grant) {
    change(next);
    come(next.token);
  }

  /** @returns why there is none now; nothing, where there is */
  async function refresh(from: Grant): Promise<string | undefined> {
    let next: Grant;
    try {
      next = await (await issuer()).refresh(from);
    } catch (error) {
      // Whatever else it is, it is tried again.
      if (!isOver(error)) throw error;
      const { refreshToken: _, ...rest } = from;
      change(rest);
      return 'Your session at the issuer is over.';
    }
    // The refresh token that was used may be void now: this is the one to go on with, whatever the stage says.
    change(next);
    const refused = await refusal(next.token);
    if (refused === undefined) come(next.token);
    return refused;
  }

  return {
    wanted,
    async get({ force }) {
      const { token } = grant;
      if (!force && !isTokenOver(token)) return token;
      if (grant.refreshToken === undefined) return wait(whyNew(token));
      refreshing ??= refresh(grant).finally(() => {
        refreshing = undefined;
      });
      const why = await refreshing.catch((error: unknown) => {
        // A handshake may have been refused for something else, and this one lives for longer than it is renewed before.
        if (isTokenOver(token, renewalLeadMs)) throw error;
      });
      return why === undefined ? grant.token : wait(why);
    },
    give(next) {
      requireNext(grant.token, next);
      take({ token: next });
    },
    async signInBeside() {
      const { address, grant: coming, stop } = await signInBeside(await issuer());
      const done = coming.then(async (next) => {
        requireNext(grant.token, next.token);
        const refused = await refusal(next.token);
        if (refused !== undefined) throw new Error(refused);
        take(next);
      });
      done.catch(() => {});
      return { address, done, stop };
    },
  };
}
