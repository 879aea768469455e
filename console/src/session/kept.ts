import { kept } from '../base/kept.ts';
import type { Credential } from './createSession.ts';

const key = 'tidings.session';

/** Whom this tab was signed in as: outlives a reload and nothing else, as `sessionStorage` does. */
export function keptCredential(storage: Storage = sessionStorage): Credential | undefined {
  const { token, grant, person } = Object(kept(key, {}, storage));
  if (typeof token === 'string') return { token };
  if (typeof grant?.token === 'string') return { grant };
  return typeof person?.user === 'string' ? { person } : undefined;
}

export function keepCredential(credential: Credential | undefined, storage: Storage = sessionStorage): void {
  if (credential) storage.setItem(key, JSON.stringify(credential));
  else storage.removeItem(key);
}
