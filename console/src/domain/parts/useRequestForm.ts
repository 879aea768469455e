import type { RequestAnswer, RequestName, RequestPayload, TidingsContract } from '@tidings/client';
import { useState } from 'react';
import { useRight } from '../../contract/useRight.ts';
import { useKept } from '../../session/useKept.ts';
import type { FormDialogProps } from './FormDialog.tsx';
import { useAsk } from './useAsk.ts';

/** What is wrong at fields, by their names. */
type Wrong<D> = Partial<Record<keyof D, string | false>>;

export interface RequestForm<N extends RequestName<TidingsContract>, D> {
  readonly draft: D;
  edit(part: Partial<D>): void;
  /** What a field of a draft needs. @param at what it is called in the payload */
  field(name: keyof D & string, at?: string): FieldProps;
  /** Asks, unless something is wrong; where it is answered the draft is what `next` says, and otherwise stays. */
  submit(
    wrong: Wrong<D>,
    payload: RequestPayload<TidingsContract, N>,
    next?: D,
  ): Promise<RequestAnswer<TidingsContract, N> | undefined>;
  /** For the form that is drawn. */
  readonly state: Pick<FormDialogProps, 'isBusy' | 'error' | 'right' | 'giveUp'>;
}

interface FieldProps {
  readonly value: string;
  readonly error: string | undefined;
  onChange(event: { readonly target: { readonly value: string } }): void;
}

/**
 * A form for an action: what is typed is kept, and what is wrong is said at its field until something is changed.
 *
 * @param about what its draft is kept as
 */
export function useRequestForm<
  N extends RequestName<TidingsContract>,
  D extends { readonly [K in keyof D]: string },
>(action: N, about: string, nothing: D): RequestForm<N, D> {
  const right = useRight(action);
  const { ask, isBusy, error, problemAt, clear, giveUp } = useAsk(action);
  const [draft, setDraft] = useKept(about, nothing);
  const [wrong, setWrong] = useState<Wrong<D>>({});
  const edit = (part: Partial<D>) => {
    clear();
    setWrong({});
    setDraft({ ...draft, ...part });
  };
  return {
    draft,
    edit,
    field: (name, at = name) => ({
      value: draft[name],
      error: wrong[name] || problemAt(at),
      onChange: ({ target }) => edit({ [name]: target.value } as Partial<D>),
    }),
    async submit(found, payload, next = nothing) {
      setWrong(found);
      if (Object.values(found).some(Boolean)) return undefined;
      const answer = await ask(payload);
      if (answer) setDraft(next);
      return answer;
    },
    state: { isBusy, error, right, giveUp },
  };
}
