import { badRequest } from './base/tidingsError.ts';
import type { ClientOptions } from './client.ts';

/** @throws TidingsError for whatever is not at least this much. */
export function checkNumber(name: string, value: unknown, least: number): void {
  if (typeof value === 'number' && value >= least) return;
  throw badRequest(`${name}: give a number from ${least} up`);
}

/** @throws TidingsError unless it may go to the server as a `ref`, or as the beginning of each. */
export function checkName(name: string, value: unknown, most: number): void {
  if (typeof value === 'string' && value !== '' && value.length <= most && !/\p{Cs}/u.test(value)) return;
  throw badRequest(`${name}: give 1 to ${most} characters, without half a surrogate pair`);
}

/** The given values are not repeated: an address may hold a credential. */
function checkAddress(name: string, value: string, scheme: RegExp, example: string): void {
  try {
    const { protocol, hash } = new URL(value);
    if (scheme.test(protocol) && !hash) return;
  } catch {
    // It is no address at all.
  }
  throw badRequest(`${name}: give an address like ${example}`);
}

function checkFunction(name: string, value: unknown, example: string): void {
  if (typeof value !== 'function') throw badRequest(`${name}: give ${example}`);
}

/**
 * @returns the numbers among them, or their defaults.
 * @throws TidingsError `bad_request` for the first option that nothing could be done with.
 */
export function checkOptions(options: ClientOptions) {
  // What is not given is judged as what does.
  const { url, httpUrl = 'https://HOST', getToken, WebSocket = Object, clientId = 'c' } = options;
  const { maxQueued = 100, requestTimeoutMs = 30_000 } = options;
  checkAddress('url', url, /^wss?:$/, 'wss://HOST/STAGE');
  checkAddress('httpUrl', httpUrl, /^https?:$/, 'https://HOST');
  checkFunction('getToken', getToken, 'a function');
  checkFunction('WebSocket', WebSocket, 'a class');
  checkName('clientId', clientId, 40);
  checkNumber('maxQueued', maxQueued, 0);
  checkNumber('requestTimeoutMs', requestTimeoutMs, 1);
  return { maxQueued, timeoutMs: requestTimeoutMs };
}

/** What a WebSocket takes in a subprotocol; a token of another kind could never be sent. */
export const isToken = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w!#$%&'*+.^`|~-]+$/.test(value);
export const noToken = 'getToken: give the token alone, a string without "Bearer ", spaces or line breaks';
