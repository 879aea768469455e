import type { Oidc, Where } from '../session/where.ts';
import { handOver } from './beside.ts';
import type { Grant } from './grant.ts';
import type { Issuer, Prompt } from './issuer.ts';
import { recall, remember } from './memory.ts';
import { refusalOf } from './refusal.ts';
import { asksAgain, SignInError } from './signInError.ts';

/** Why nobody is signed in, though somebody tried to be. */
export interface Problem {
  readonly text: string;
  /** It is because of who is signed in at the issuer. */
  readonly isOfUser?: boolean;
}

/** What became of an answer of the issuer. `elsewhere`: another tab asked for it, and has it now. */
export type Arrival = { readonly grant: Grant } | { readonly problem: Problem } | 'elsewhere';

/** The way out to the issuer of a stage, and back. */
export interface IssuerDoor {
  /** Where one signs in. */
  readonly host: string;
  /** Loaded when it is first asked for. @throws SignInError */
  issuer(): Promise<Issuer>;
  /** Leaves this page to sign in. @returns that it does. @throws SignInError */
  go(prompt?: Prompt): Promise<boolean>;
  arrive(answer: URLSearchParams): Promise<Arrival>;
  /** Leaves this page to sign out there too. @returns whether it does: not each issuer has a page for that. @throws SignInError */
  leave(grant: Grant): Promise<boolean>;
  /** Why the stage would not take a token; nothing, where it does. */
  refusal(token: string): Promise<string | undefined>;
}

export function issuerDoor(where: Where, oidc: Oidc): IssuerDoor {
  let opening: Promise<Issuer> | undefined;
  const refusal = (token: string) => refusalOf(where, token);
  const { host } = new URL(oidc.authority);

  function issuer(): Promise<Issuer> {
    opening ??= import('./issuer.ts').then(({ openIssuer }) => openIssuer(oidc, `${location.origin}/`));
    opening.catch(() => {
      opening = undefined;
    });
    return opening;
  }

  return {
    host,
    issuer,
    refusal,
    async go(prompt) {
      const { address, begun } = await (await issuer()).begin(prompt);
      remember({ ...begun, hash: location.hash, prompt });
      location.assign(address);
      return true;
    },
    async arrive(answer) {
      const left = recall(answer.get('state'));
      if (!left) return (await handOver(answer)) ? 'elsewhere' : { problem: { text: notAsked } };
      // Back to the page that was left, whatever comes of it: always one of this address.
      history.replaceState(null, '', `/${left.hash}`);
      try {
        const grant = await (await issuer()).finish(answer, left);
        const refused = await refusal(grant.token);
        return refused === undefined ? { grant } : { problem: { text: refused, isOfUser: true } };
      } catch (error) {
        const isOver = left.prompt === 'none' && asksAgain(error);
        const text = isOver ? `Your session at ${host} is over: sign in again.` : (error as Error).message;
        return { problem: { text } };
      }
    },
    async leave(grant) {
      let address: string | undefined;
      try {
        address = await (await issuer()).end(grant);
      } catch (cause) {
        const { message } = cause as Error;
        throw new SignInError(`You are signed out here. At ${host} you may still be signed in: ${message}`, {
          cause,
        });
      }
      if (address !== undefined) location.assign(address);
      return address !== undefined;
    },
  };
}

/** Somebody else may have made the link that led here, to have this tab signed in as him. */
const notAsked =
  'No tab of this browser waits for this answer (its state is unknown): nobody was signed in by it.';
