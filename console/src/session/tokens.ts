import { createValue, type Value } from '../base/value.ts';
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

/** A token that somebody pasted. Once it is over, a new one is asked for, and everybody who needs one waits. */
export function pastedTokens(first: string, onChange: (token: string) => void = () => {}): Tokens {
  let token = first;
  let waiting: ((token: string) => void)[] = [];
  const wanted = createValue<WantedToken | undefined>(undefined);
  return {
    wanted,
    async get({ force }) {
      const { expiresAt = Number.POSITIVE_INFINITY } = personOfToken(token);
      const isOver = expiresAt - Date.now() < minLifeMs;
      if (!force && !isOver) return token;
      const why = isOver
        ? 'The token is over, or ends within a minute.'
        : 'The server asks for a newer token: this one ends soon, or was refused.';
      wanted.set({ why });
      return new Promise((resolve) => waiting.push(resolve));
    },
    give(next) {
      if (!looksLikeToken(next)) throw new Error('This is no token: it has three parts with dots between.');
      requireSamePerson(token, next);
      token = next;
      onChange(next);
      wanted.set(undefined);
      const all = waiting;
      waiting = [];
      for (const resolve of all) resolve(next);
    },
  };
}
