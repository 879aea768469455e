import { createLocalJWKSet } from 'jose/jwks/local';
import type { Clock } from '../../core/ports.ts';

export type KeySet = ReturnType<typeof createLocalJWKSet>;

/** The part of `fetch` that is used. */
export type Fetch = (
  url: string,
  init: {
    readonly signal: AbortSignal;
    readonly redirect: 'error';
    readonly headers: Record<string, string>;
  },
) => Promise<Response>;

export interface KeySourceParts {
  readonly jwksUrl: string;
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

const TIMEOUT_MS = 1_500;
const MAX_BYTES = 64 * 1024;
const REFRESH_MS = 60 * 60_000;
/** Tokens with made-up key ids cause requests to the issuer no more often than this. */
const PAUSE_MS = 10_000;
/** Without any keys every token is refused, so a failed issuer is soon asked again. */
const PAUSE_WITHOUT_KEYS_MS = 1_000;

/** No token could be verified: an outage, not a bad token. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/** Fetches the issuer's public keys when they are needed, one fetch at a time, and keeps them in memory. */
export function keySource({ jwksUrl, clock, fetch = globalThis.fetch }: KeySourceParts): KeySource {
  const url = checkedUrl(jwksUrl);
  let keys: KeySet | undefined;
  let fetchedAtMs = Number.NEGATIVE_INFINITY;
  let triedAtMs = Number.NEGATIVE_INFINITY;
  let failure: unknown;
  let underWay: Promise<void> | undefined;

  const refresh = async (): Promise<void> => {
    try {
      keys = await fetchKeys(url, fetch, clock);
      fetchedAtMs = clock.now();
    } catch (error) {
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
      if (!keys) throw new KeysUnavailable("the issuer's keys could not be fetched", { cause: failure });
      return keys;
    },
    async newer(than) {
      await refreshUnlessEarly();
      return keys === than ? undefined : keys;
    },
  };
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

function checkedUrl(text: string): string {
  const { protocol, hostname, href } = new URL(text);
  if (protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname))) return href;
  throw new TypeError('jwksUrl must be https: whoever can change the keys on their way can make tokens');
}

async function fetchKeys(url: string, fetch: Fetch, clock: Clock): Promise<KeySet> {
  const controller = new AbortController();
  const headers = { accept: 'application/json' };
  const answer = async () =>
    readKeys(await fetch(url, { signal: controller.signal, redirect: 'error', headers }));
  const late = async () => {
    await clock.wait(TIMEOUT_MS);
    controller.abort();
    throw new Error(`no answer in ${TIMEOUT_MS} ms`);
  };
  return Promise.race([answer(), late()]);
}

async function readKeys(response: Response): Promise<KeySet> {
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`status ${response.status}`);
  }
  // Checks the shape, and verifies with nothing but public keys whatever else stands in the set.
  return createLocalJWKSet(JSON.parse(await readCapped(response)));
}

async function readCapped(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the rest.
    if (bytes > MAX_BYTES) throw new Error(`more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
