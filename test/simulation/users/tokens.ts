import type { Random } from '../../../core/ports.ts';
import type { Journal } from '../journal.ts';
import type { Scheduler } from '../world/scheduler.ts';
import { type Person, rightsNow } from './people.ts';

/** A token, and what its holder may read off it. */
export interface Pass {
  readonly token: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** Whom it speaks of, and with which rights. */
  readonly rights: Person;
}

export type Issue = (person: Person, lifeMs: number) => Pass;

export interface TokensParts {
  readonly person: Person;
  readonly issue: Issue;
  readonly random: Random;
  readonly scheduler: Scheduler;
}

const minuteMs = 60_000;
/** A handshake refuses a token with less than a minute to live. */
const minLifeMs = 1.5 * minuteMs;

/**
 * Keeps a device's token, as pages do: it is brought again, until it is old or was refused. And now and then one
 * that was given up already, as a page does that slept.
 */
export function tokensOf({ person, issue, random, scheduler }: TokensParts) {
  let kept: Pass | undefined;
  let givenUp: Pass | undefined;
  let steady = false;

  const fresh = (longLived: number): Pass => {
    const rights = steady ? person : rightsNow(random, person);
    const lifeMs = random.fraction() < longLived ? 180 * minuteMs : (4 + random.fraction() * 8) * minuteMs;
    kept = issue(rights, lifeMs);
    return kept;
  };
  const again = (pass: Pass | undefined, chance: number): Pass | undefined => {
    const isGood = pass !== undefined && pass.expiresAt - scheduler.now() > minLifeMs;
    return !steady && isGood && random.fraction() < chance ? pass : undefined;
  };

  return {
    forHandshake: (): Pass => again(givenUp, 0.1) ?? again(kept, 0.5) ?? fresh(0.2),
    forRenewal: (): Pass => again(givenUp, 0.3) ?? again(kept, 0.1) ?? fresh(0),
    /** It was refused, or its user signs in anew. */
    discard() {
      givenUp = kept ?? givenUp;
      kept = undefined;
    },
    /** From now on every token is new, and gives all that its user has. */
    steady() {
      steady = true;
    },
  };
}

export type Tokens = ReturnType<typeof tokensOf>;

/** Writes down which token a connection goes by, or is about to (`renewing`). */
export function noteToken(
  journal: Journal,
  kind: 'rights' | 'renewing',
  of: { readonly d: string; readonly conn: string | undefined },
  { rights, expiresAt: exp, issuedAt: iat }: Pass,
): void {
  const { tenant, user, roles, clients } = rights;
  journal.note(kind, { ...of, tenant, user, roles, clients, exp, iat });
}
