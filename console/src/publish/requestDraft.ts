import type { PayloadDraft } from '../contract/PayloadForm.tsx';

/** What somebody has filled in of a request, and how it is to be sent. */
export interface RequestDraft {
  readonly topic: string;
  readonly ref: string;
  readonly via: Via;
  readonly payload: PayloadDraft;
}

/** By which API. */
export type Via = 'socket' | 'http';

const keyOf = (action: string) => `tidings.draft.${action}`;

/** A token is kept where tokens are, and nowhere else. */
const isKept = (action: string) => action !== 'auth';

/** What was typed for an action in this tab: it outlives pages, connections, tokens and a reload. */
export function keptDraft(action: string, storage: Storage = sessionStorage): RequestDraft | undefined {
  try {
    const kept = JSON.parse(storage.getItem(keyOf(action)) ?? 'null') as RequestDraft | null;
    return typeof kept?.payload?.form === 'object' ? kept : undefined;
  } catch {
    return undefined;
  }
}

export function keepDraft(
  action: string,
  draft: RequestDraft | undefined,
  storage: Storage = sessionStorage,
): void {
  if (!draft || !isKept(action)) {
    storage.removeItem(keyOf(action));
    return;
  }
  try {
    storage.setItem(keyOf(action), JSON.stringify(draft));
  } catch {
    // There is no room for more: what is typed is on the page all the same.
  }
}

/** A request's own key, until somebody types another. */
export const newRef = (): string => `console-${Math.random().toString(36).slice(2, 10)}`;
