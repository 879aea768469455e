import type { JSONWebKeySet } from 'jose';
import { createLocalJWKSet } from 'jose/jwks/local';
import type { Clock } from '../../core/ports.ts';
import { discoveryUrl, keysAddress } from './discovery.ts';
import { type Fetch, fetchJson } from './fetchJson.ts';
import { isSecureAddress } from './secureAddress.ts';

export type KeySet = ReturnType<typeof createLocalJWKSet>;

export interface KeySourceParts {
  readonly issuer: string;
  /** Where the keys are. @default where the issuer's configuration says */
  readonly jwksUrl?: string | undefined;
  readonly clock: Clock;
  readonly fetch?: Fetch;
}

export interface KeySource {
  /**
   * The keys, at most an hour old if the issuer answers.
   * @throws KeysUnavailable when no keys were ever fetched
   */
  current(): Promise<KeySet>;
  /** Newer keys, for a token whose key is not among these; `undefined` when it is too early to ask again. */
  newer(than: KeySet): Promise<KeySet | undefined>;
}

const REFRESH_MS = 60 * 60_000;
/** Tokens with made-up key ids cause requests to the issuer no more often than this. */
const PAUSE_MS = 10_000;
/** Without any keys every token is refused, so a failed issuer is soon asked again. */
const PAUSE_WITHOUT_KEYS_MS = 1_000;

/** No token could be verified: an outage, not a bad token. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
  constructor(cause: unknown) {
    super(`the issuer's keys could not be fetched: ${cause instanceof Error ? cause.message : ''}`, {
      cause,
    });
  }
}

/**
 * Fetches the issuer's public keys when they are needed, one fetch at a time, and keeps them in memory. Where they
 * are is asked again with the first keys of each hour, and after a failure.
 * @throws TypeError when what is fetched first is not https (http on this machine)
 */
export function keySource({ issuer, jwksUrl, clock, fetch = globalThis.fetch }: KeySourceParts): KeySource {
  requireSecure(jwksUrl ?? issuer, jwksUrl === undefined ? 'issuer' : 'jwksUrl');
  let discovered: { readonly jwksUrl: string; readonly atMs: number } | undefined;
  let keys: KeySet | undefined;
  let fetchedAtMs = Number.NEGATIVE_INFINITY;
  let triedAtMs = Number.NEGATIVE_INFINITY;
  let failure: unknown;
  let underWay: Promise<void> | undefined;

  const whereKeysAre = async (): Promise<string> => {
    if (jwksUrl !== undefined) return jwksUrl;
    if (discovered && clock.now() - discovered.atMs < REFRESH_MS) return discovered.jwksUrl;
    const found = keysAddress(await fetchJson(discoveryUrl(issuer), fetch, clock), issuer);
    discovered = { jwksUrl: found, atMs: clock.now() };
    return found;
  };
  const refresh = async (): Promise<void> => {
    try {
      // Checks the shape, and verifies with nothing but public keys whatever else stands in the set.
      keys = createLocalJWKSet((await fetchJson(await whereKeysAre(), fetch, clock)) as JSONWebKeySet);
      fetchedAtMs = clock.now();
    } catch (error) {
      discovered = undefined;
      // Old keys go on working while the issuer does not answer.
      failure = error;
    } finally {
      underWay = undefined;
    }
  };
  const refreshUnlessEarly = async (): Promise<void> => {
    if (!underWay) {
      const pauseMs = keys ? PAUSE_MS : PAUSE_WITHOUT_KEYS_MS;
      if (clock.now() - triedAtMs < pauseMs) return;
      triedAtMs = clock.now();
      underWay = refresh();
    }
    await underWay;
  };

  return {
    async current() {
      if (!keys || clock.now() - fetchedAtMs >= REFRESH_MS) await refreshUnlessEarly();
      if (!keys) throw new KeysUnavailable(failure);
      return keys;
    },
    async newer(than) {
      await refreshUnlessEarly();
      return keys === than ? undefined : keys;
    },
  };
}

function requireSecure(url: string, name: string): void {
  if (isSecureAddress(url)) return;
  throw new TypeError(`${name} must be https: whoever can change the keys on their way can make tokens`);
}
