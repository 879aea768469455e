import type { PayloadDraft } from '../contract/form/PayloadForm.tsx';

/** What somebody has filled in of a request, and how it is to be sent. */
export interface RequestDraft {
  readonly topic: string;
  readonly ref: string;
  readonly via: Via;
  readonly payload: PayloadDraft;
}

/** By which API. */
export type Via = 'socket' | 'http';

/** Whose draft of what. */
export interface DraftOwner {
  readonly user?: string;
  readonly tenant?: string;
}

/** Of each person by itself: whoever signs in after somebody else in a tab sees nothing of what that one typed. */
const keyOf = ({ tenant = '', user = '' }: DraftOwner, action: string) =>
  `tidings.draft.${JSON.stringify([tenant, user, action])}`;

/** A token is kept where tokens are, and nowhere else. */
const isKept = (action: string) => action !== 'auth';

/** What was typed for an action in this tab: it outlives pages, connections, tokens and a reload. */
export function keptDraft(
  owner: DraftOwner,
  action: string,
  storage: Storage = sessionStorage,
): RequestDraft | undefined {
  try {
    const kept = JSON.parse(storage.getItem(keyOf(owner, action)) ?? 'null') as RequestDraft | null;
    return typeof kept?.payload?.form === 'object' ? kept : undefined;
  } catch {
    return undefined;
  }
}

export function keepDraft(
  owner: DraftOwner,
  action: string,
  draft: RequestDraft,
  storage: Storage = sessionStorage,
): void {
  if (!isKept(action)) return;
  try {
    storage.setItem(keyOf(owner, action), JSON.stringify(draft));
  } catch {
    // There is no room for more: what is typed is on the page all the same.
  }
}

/** A request's own key, until somebody types another. */
export const newRef = (): string => `console-${Math.random().toString(36).slice(2, 10)}`;
