import { createValue, type Value } from '../base/value.ts';
import { createNewToken } from './newToken.ts';
import { looksLikeToken, type Person, personOfToken, requireSamePerson } from './person.ts';

/** Where a session's tokens come from. */
export interface Tokens {
  /** @throws Error with a sentence for the user */
  get(options: { readonly force: boolean }): Promise<string>;
  /** What a new token is waited for; nothing while one is at hand. */
  readonly wanted: Value<WantedToken | undefined>;
  /** The next token is one that was over ten minutes ago, so that one sees what becomes of it. Only where anybody may be anybody. */
  expireNext?(): void;
  /**
   * Takes the place of the token at hand, and is what those get who wait for one.
   *
   * @throws Error with a sentence for the user, where it is no token, or somebody else's
   */
  give(token: string): void;
  /** Prepares to sign in again beside this tab: what it brings takes the place of the token at hand. Only where there is an issuer to sign in at. */
  signInBeside?(): Promise<SigningIn>;
}

export interface SigningIn {
  /** What another tab is to open. */
  readonly address: string;
  /** @throws Error with a sentence for the user */
  readonly done: Promise<void>;
  stop(): void;
}

/** Somebody has to bring a new token. */
export interface WantedToken {
  readonly why: string;
}

/** A laptop's issuer is asked again whenever one is needed. */
export function issuedTokens(person: Person, fetcher: typeof fetch = fetch): Tokens {
  let isExpired = false;
  return {
    async get() {
      const asked = isExpired ? { ...person, expiresIn: '-10m' } : person;
      isExpired = false;
      const answer = await fetcher('/issuer/token', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(asked),
      });
      const body = (await answer.json()) as { readonly token?: string; readonly message?: string };
      // To give nothing would mean that the user has signed out.
      if (!answer.ok || !body.token) throw new Error(body.message ?? `The issuer answered ${answer.status}.`);
      return body.token;
    },
    expireNext() {
      isExpired = true;
    },
    wanted: createValue<WantedToken | undefined>(undefined),
    give() {},
  };
}

/** The server takes no token that has less than a minute to live. */
const minLifeMs = 60_000;

/** Whether the server would not take a token any more, or not for long. */
export function isTokenOver(token: string, leastMs = minLifeMs): boolean {
  const { expiresAt = Number.POSITIVE_INFINITY } = personOfToken(token);
  return expiresAt - Date.now() < leastMs;
}

/** Why another token is needed. */
export const whyNew = (token: string): string =>
  isTokenOver(token)
    ? 'The token is over, or ends within a minute.'
    : 'The server asks for a newer token: this one ends soon, or was refused.';

/** @throws Error where a text can be no token, or is somebody else's than the one whose place it takes */
export function requireNext(token: string, next: string): void {
  if (!looksLikeToken(next)) throw new Error('This is no token: it has three parts with dots between.');
  requireSamePerson(token, next);
}

/** A token that somebody pasted. Once it is over, a new one is asked for, and everybody who needs one waits. */
export function pastedTokens(first: string, onChange: (token: string) => void = () => {}): Tokens {
  let token = first;
  const { wanted, wait, come } = createNewToken();
  return {
    wanted,
    get: async ({ force }) => (force || isTokenOver(token) ? wait(whyNew(token)) : token),
    give(next) {
      requireNext(token, next);
      token = next;
      onChange(next);
      come(next);
    },
  };
}
