import { useState } from 'react';
import { useRight } from '../../contract/useRight.ts';
import { useKept } from '../../session/useKept.ts';
import { Select, TextArea, TextField } from '../../ui/controls/Field.tsx';
import { AskForm } from '../parts/FormDialog.tsx';
import parts from '../parts/parts.module.css';
import { useAsk } from '../parts/useAsk.ts';
import type { SubmittedJob } from './JobsPage.tsx';
import { inputOf, inputText, type JobField, jobForms, jsonInput } from './jobForms.ts';

interface Draft {
  /** Of a form; empty for one that has none. */
  readonly form: string;
  readonly kind: string;
  readonly json: string;
  readonly values: Readonly<Record<string, string>>;
}

const first: Draft = { form: jobForms[0]?.kind ?? '', kind: '', json: '{}', values: {} };

export function SubmitForm({ onSubmitted }: { onSubmitted(job: SubmittedJob): void }) {
  const right = useRight('job.submit');
  const { ask, isBusy, error, problemAt, clear, giveUp } = useAsk('job.submit');
  const [draft, setDraft] = useKept('jobs.submit', first);
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({});
  const form = jobForms.find(({ kind }) => kind === draft.form);
  const edit = (part: Partial<Draft>) => {
    clear();
    setProblems({});
    setDraft({ ...draft, ...part });
  };

  function filled(): { readonly kind: string; readonly input: Record<string, unknown> } | undefined {
    if (form) {
      const { input, problems: found } = inputOf(form, draft.values);
      setProblems(found);
      return Object.keys(found).length > 0 ? undefined : { kind: form.kind, input };
    }
    const { input, problem } = jsonInput(draft.json);
    const found = {
      ...(draft.kind === '' && { kind: 'Say which kind.' }),
      ...(problem !== undefined && { input: problem }),
    };
    setProblems(found);
    return Object.keys(found).length > 0 || !input ? undefined : { kind: draft.kind, input };
  }

  async function submit() {
    const job = filled();
    const answer = job && (await ask(job));
    if (!answer) return;
    onSubmitted({ jobId: answer.jobId, kind: answer.kind, about: inputText(job.input), at: Date.now() });
    setDraft({ ...draft, values: {}, json: '{}' });
  }

  return (
    <div className={parts.bare}>
      <AskForm
        title="Submit a job"
        submit="Submit"
        fields={form ? form.fields.map(({ name }) => `input.${name}`) : ['kind', 'input']}
        {...{ isBusy, error, right, giveUp }}
        onSubmit={() => void submit()}
      >
        <Select label="What to do" value={draft.form} onChange={({ target }) => edit({ form: target.value })}>
          {jobForms.map(({ kind, title }) => (
            <option key={kind} value={kind}>
              {title}
            </option>
          ))}
          <option value="">Another kind of job</option>
        </Select>
        {form ? (
          form.fields.map((field) => (
            <JobInput
              key={field.name}
              field={field}
              value={draft.values[field.name] ?? ''}
              error={problems[field.name] ?? problemAt(`input.${field.name}`)}
              onChange={(value) => edit({ values: { ...draft.values, [field.name]: value } })}
            />
          ))
        ) : (
          <>
            <TextField
              label="Kind"
              value={draft.kind}
              error={problems.kind ?? problemAt('kind')}
              onChange={({ target }) => edit({ kind: target.value })}
            />
            <TextArea
              label="Input"
              hint="A JSON object."
              rows={5}
              value={draft.json}
              error={problems.input ?? problemAt('input')}
              onChange={({ target }) => edit({ json: target.value })}
            />
          </>
        )}
      </AskForm>
    </div>
  );
}

interface JobInputProps {
  readonly field: JobField;
  readonly value: string;
  readonly error: string | undefined;
  onChange(value: string): void;
}

function JobInput({ field: { label, hint, type }, value, error, onChange }: JobInputProps) {
  const shared = {
    label,
    ...(hint !== undefined && { hint }),
    value,
    error,
    onChange: ({ target }: { readonly target: { readonly value: string } }) => onChange(target.value),
  };
  return type === 'lines' ? <TextArea rows={4} {...shared} /> : <TextField type={type} {...shared} />;
}
