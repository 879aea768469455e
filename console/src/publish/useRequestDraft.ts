import { useCallback, useState } from 'react';
import { nothingTyped } from '../contract/form/draft.ts';
import { exampleDraft, initialDraft } from '../contract/form/example.ts';
import type { FormNode } from '../contract/form/formNode.ts';
import type { ActionView } from '../contract/readContract.ts';
import { useSession } from '../session/useSession.ts';
import { keepDraft, keptDraft, newRef, type RequestDraft } from './requestDraft.ts';

export interface EditedRequest {
  readonly draft: RequestDraft;
  change(part: Partial<RequestDraft>): void;
  /** Fills in the contract's example. */
  fill(): void;
  /** Begins anew, with nothing. */
  clear(): void;
}

/** The request that somebody fills in: what was typed before in this tab, or what the contract's example begins with. */
export function useRequestDraft(
  action: ActionView,
  node: FormNode,
  topic: string | undefined,
): EditedRequest {
  const { who } = useSession();
  const [draft, setDraft] = useState<RequestDraft>(() => {
    const kept = keptDraft(who, action.name);
    if (kept) return topic === undefined ? kept : { ...kept, topic };
    return {
      topic: topic ?? action.example.topic ?? '',
      ref: newRef(),
      via: 'socket',
      payload: { form: initialDraft(node, action) },
    };
  });
  const change = useCallback(
    (part: Partial<RequestDraft>) =>
      setDraft((before) => {
        const next = { ...before, ...part };
        keepDraft(who, action.name, next);
        return next;
      }),
    [who, action],
  );
  return {
    draft,
    change,
    fill: () =>
      change({
        topic: draft.topic || (action.example.topic ?? ''),
        payload: { form: exampleDraft(node, action) },
      }),
    clear: () => change({ payload: { form: nothingTyped } }),
  };
}
