import type { Credential } from './createSession.ts';

const key = 'tidings.session';

/** Whom this tab was signed in as: outlives a reload and nothing else, as `sessionStorage` does. */
export function keptCredential(storage: Storage = sessionStorage): Credential | undefined {
  try {
    const kept = JSON.parse(storage.getItem(key) ?? 'null') as Partial<Record<string, unknown>> | null;
    if (typeof kept?.token === 'string') return { token: kept.token };
    const grant = kept?.grant as { readonly token?: unknown } | undefined;
    if (typeof grant?.token === 'string') return kept as Credential;
    const person = kept?.person as { readonly user?: unknown } | undefined;
    return typeof person?.user === 'string' ? (kept as Credential) : undefined;
  } catch {
    return undefined;
  }
}

export function keepCredential(credential: Credential | undefined, storage: Storage = sessionStorage): void {
  if (credential) storage.setItem(key, JSON.stringify(credential));
  else storage.removeItem(key);
}
