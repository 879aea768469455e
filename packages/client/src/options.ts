import { isText } from './base/incoming.ts';
import { badRequest } from './base/tidingsError.ts';
import type { ClientOptions } from './client.ts';

/** The given values are not repeated: an address may hold a credential. */
export function check(isRight: boolean, name: string, wanted: string): void {
  if (!isRight) throw badRequest(`${name}: give ${wanted}`);
}

/** @throws TidingsError for whatever is not at least this much. */
export function checkNumber(name: string, value: unknown, min: number): void {
  check(typeof value === 'number' && value >= min, name, `a number from ${min} up`);
}

/** @throws TidingsError unless it may go to the server as a `ref`, or as the beginning of each. */
export function checkName(name: string, value: unknown, max: number): void {
  // Half a surrogate pair is no text.
  const isRight = isText(value) && value.length <= max && /^\P{Cs}+$/u.test(value);
  check(isRight, name, `1 to ${max} characters`);
}

/** @throws TidingsError for what is no address of this form. */
export function checkAddress(name: string, value: string, form: RegExp, example: string): void {
  let href = '';
  try {
    href = new URL(value).href;
  } catch {
    // It is no address at all.
  }
  check(form.test(href), name, example);
}

/** Node before 22 has none of its own. */
export const aClass = 'a class, as that of ws';

/**
 * @returns the numbers among them, or their defaults.
 * @throws TidingsError `bad_request` for the first option that nothing could be done with.
 */
export function checkOptions(options: ClientOptions) {
  // What is not given is judged as what does.
  const { url, getToken, WebSocket = Object, clientId = 'c' } = options;
  const { maxQueued = 100, requestTimeoutMs = 30_000 } = options;
  checkAddress('url', url, /^wss?:[^#]+$/, 'wss://HOST/STAGE');
  check(typeof getToken === 'function', 'getToken', 'a function');
  check(typeof WebSocket === 'function', 'WebSocket', aClass);
  checkName('clientId', clientId, 40);
  checkNumber('maxQueued', maxQueued, 0);
  checkNumber('requestTimeoutMs', requestTimeoutMs, 1);
  return { maxQueued, timeoutMs: requestTimeoutMs };
}

/** What a WebSocket takes in a subprotocol; a token of another kind could never be sent. */
export const isToken = (value: unknown): value is string =>
  isText(value) && /^[\w!#$%&'*+.^`|~-]+$/.test(value);
export const noToken = 'getToken: give the token alone, without "Bearer "';
