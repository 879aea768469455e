import { useRef, useState } from 'react';
import { newRef } from '../base/newRef.ts';
import { nothingTyped } from '../contract/form/draft.ts';
import { exampleDraft } from '../contract/form/example.ts';
import type { FormNode } from '../contract/form/formNode.ts';
import type { PayloadDraft } from '../contract/form/PayloadForm.tsx';
import type { ActionView } from '../contract/readContract.ts';
import { useKept } from '../session/useKept.ts';
import type { Via } from './sendRequest.ts';

/** What somebody has filled in of a request, and how it is to be sent. */
export interface RequestDraft {
  readonly topic: string;
  readonly ref: string;
  readonly via: Via;
  readonly payload: PayloadDraft;
}

export interface EditedRequest {
  readonly draft: RequestDraft;
  change(part: Partial<RequestDraft>): void;
  /** Fills in the contract's example. */
  fill(): void;
  /** Begins anew, with nothing. */
  clear(): void;
}

const nothing = { topic: '', payload: { form: nothingTyped } };

/**
 * The request that somebody fills in: what was typed before in this tab, or nothing. The contract's example is for who
 * asks for it: to be sent by a slip it would have to have been wanted.
 */
export function useRequestDraft(
  action: ActionView,
  node: FormNode,
  topic: string | undefined,
): EditedRequest {
  const [first] = useState<RequestDraft>(() => ({ ...nothing, ref: newRef(), via: 'socket' }));
  const [kept, keep] = useKept(`request.${action.name}`, first);
  const [given, setGiven] = useState(topic);
  // What is typed while an answer is waited for is not undone by what the answer changes.
  const latest = useRef(kept);
  latest.current = given === undefined ? kept : { ...kept, topic: given };
  const change = (part: Partial<RequestDraft>) => {
    latest.current = { ...latest.current, ...part };
    setGiven(undefined);
    keep(latest.current);
  };
  return {
    draft: latest.current,
    change,
    fill: () =>
      change({
        topic: latest.current.topic || (action.example.topic ?? ''),
        payload: { form: exampleDraft(node, action) },
      }),
    clear: () => change(nothing),
  };
}
