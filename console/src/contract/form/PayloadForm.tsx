import { useState } from 'react';
import { Button } from '../../ui/controls/Button.tsx';
import { TextArea } from '../../ui/controls/Field.tsx';
import { wholeDraftOf } from './check.ts';
import { type Draft, filledOf, type Problem } from './draft.ts';
import css from './Form.module.css';
import type { FormNode } from './formNode.ts';
import { FieldsOf } from './Groups.tsx';
import { NodeField } from './NodeField.tsx';

/** What somebody has filled in: a form, or a text in its place. */
export interface PayloadDraft {
  readonly form: Draft;
  /** The text, while it is what counts. */
  readonly json?: string;
}

export interface PayloadFormProps {
  readonly node: FormNode;
  readonly example: unknown;
  readonly draft: PayloadDraft;
  readonly problems: readonly Problem[];
  onChange(draft: PayloadDraft): void;
}

/** A payload as a form or as JSON. Either keeps what was filled in as the other. */
export function PayloadForm({ node, example, draft, problems, onChange }: PayloadFormProps) {
  const isText = draft.json !== undefined;
  const whole = node.kind === 'object' ? problems.filter(({ path }) => path === 'payload') : [];
  const [why, setWhy] = useState<string>();

  function toText() {
    onChange({ form: draft.form, json: textOf(node, draft.form) });
  }

  function toForm() {
    const back = formOf(node, draft);
    if ('form' in back) onChange(back);
    setWhy('why' in back ? back.why : undefined);
  }

  const edit = (next: PayloadDraft) => {
    setWhy(undefined);
    onChange(next);
  };
  return (
    <div className={css.fields}>
      {isText ? (
        <TextArea
          label="Payload"
          hint="As JSON, as it is sent."
          rows={10}
          value={draft.json}
          error={[why, textError(problems)].filter(Boolean).join(' ') || undefined}
          onChange={({ target }) => edit({ ...draft, json: target.value })}
        />
      ) : (
        <Fields
          node={node}
          example={example}
          draft={draft.form}
          problems={problems}
          onChange={(form) => edit({ form })}
        />
      )}
      {!isText && whole.length > 0 && (
        <p className={css.error} role="alert">
          {whole.map(({ message }) => message).join('; ')}
        </p>
      )}
      <div className={css.actions}>
        <Button size="small" onClick={isText ? toForm : toText}>
          {isText ? 'Edit as a form' : 'Edit as JSON'}
        </Button>
      </div>
    </div>
  );
}

/** What a form comes to, as a text. */
export const textOf = (node: FormNode, form: Draft): string =>
  JSON.stringify(filledOf(node, form, 'payload').value ?? {}, undefined, 2);

/** The form of a text: that which the text was made of, if it was not changed. */
export function formOf(
  node: FormNode,
  { form, json = '' }: PayloadDraft,
): { readonly form: Draft } | { readonly why: string } {
  if (json === textOf(node, form)) return { form };
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return { why: `This is no JSON yet, so that no form can hold it: ${(error as Error).message}` };
  }
  const read = wholeDraftOf(node, value);
  return read
    ? { form: read }
    : { why: 'The form has no fields that could hold this, so that it stays JSON.' };
}

const textError = (problems: readonly Problem[]) =>
  problems.length > 0 ? problems.map(({ path, message }) => `${path}: ${message}`).join('; ') : undefined;

function Fields({
  node,
  draft,
  ...rest
}: Omit<PayloadFormProps, 'draft' | 'onChange'> & {
  readonly draft: Draft;
  onChange(draft: Draft): void;
}) {
  if (node.kind !== 'object') {
    return <NodeField node={node} draft={draft} path="payload" label="payload" isRequired {...rest} />;
  }
  if (node.fields.length === 0 && draft.others === undefined) {
    return <p className={css.hint}>It takes no payload.</p>;
  }
  return <FieldsOf Field={NodeField} node={node} draft={draft} path="payload" {...rest} />;
}
