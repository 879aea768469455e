import { kept } from '../base/kept.ts';
import type { Begun, Prompt } from './issuer.ts';

/** What this tab remembers while it is at the issuer. */
export interface Left extends Begun {
  /** The page that it left, which it comes back to. */
  readonly hash: string;
  readonly prompt?: Prompt | undefined;
}

const key = 'tidings.signIn';

export function remember(left: Left, storage: Storage = sessionStorage): void {
  storage.setItem(key, JSON.stringify(left));
}

/** Forgets it: whatever comes of an answer, it is good once. @returns nothing for an answer to another question */
export function recall(state: string | null, storage: Storage = sessionStorage): Left | undefined {
  const left = kept<Partial<Left> | null>(key, null, storage);
  if (typeof left?.state !== 'string' || left.state !== state) return undefined;
  storage.removeItem(key);
  const { hash = '' } = left;
  // What is not one would be another address.
  return { ...(left as Left), hash: hash.startsWith('#') ? hash : '' };
}

/**
 * What an issuer sent this page back with, and takes it out of its address: so it is in no history, in no bookmark and
 * not there after a reload.
 */
export function takeAnswer({
  location,
  history,
}: Pick<Window, 'location' | 'history'> = window): URLSearchParams | undefined {
  const answer = new URLSearchParams(location.search);
  if (!answer.has('state') || !(answer.has('code') || answer.has('error'))) return undefined;
  history.replaceState(null, '', `${location.pathname}${location.hash}`);
  return answer;
}
