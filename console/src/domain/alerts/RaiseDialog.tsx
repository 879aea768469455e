import { useState } from 'react';
import { Select, TextArea, TextField } from '../../ui/controls/Field.tsx';
import { FormDialog } from '../parts/FormDialog.tsx';
import parts from '../parts/parts.module.css';
import { useAsk } from '../parts/useAsk.ts';
import { useKept } from '../parts/useKept.ts';
import { useRight } from '../rights/useRight.ts';
import { type Address, type Severity, severities } from './alertList.ts';

type To = 'msp' | 'tenant' | 'clientId' | 'userId';

interface Draft {
  readonly to: To;
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly body: string;
}

const nothing: Draft = { to: 'msp', id: '', severity: 'info', title: '', body: '' };
const names: readonly (readonly [To, string])[] = [
  ['msp', 'The staff'],
  ['tenant', 'Everybody of the tenant'],
  ['clientId', 'The users of a client'],
  ['userId', 'One user'],
];

function addressOf({ to, id }: Draft): Address {
  if (to === 'msp') return { msp: true };
  if (to === 'tenant') return { tenant: true };
  return to === 'clientId' ? { clientId: id } : { userId: id };
}

export function RaiseDialog({ isOpen, onClose }: { readonly isOpen: boolean; onClose(): void }) {
  const right = useRight('alert.raise');
  const { ask, isBusy, error, problemAt, clear } = useAsk('alert.raise');
  const [draft, setDraft] = useKept('alerts.raise', nothing);
  const [missing, setMissing] = useState<{ readonly id?: string; readonly title?: string }>({});
  const isOne = draft.to === 'clientId' || draft.to === 'userId';
  const edit = (part: Partial<Draft>) => {
    clear();
    setMissing({});
    setDraft({ ...draft, ...part });
  };
  async function submit() {
    const found = {
      ...(isOne && draft.id === '' && { id: 'Say which one.' }),
      ...(draft.title === '' && { title: 'Say what it is about.' }),
    };
    setMissing(found);
    if (Object.keys(found).length > 0) return;
    const { severity, title, body } = draft;
    const answer = await ask({ to: addressOf(draft), severity, title, ...(body !== '' && { body }) });
    if (!answer) return;
    setDraft(nothing);
    onClose();
  }
  return (
    <FormDialog
      title="Raise an alert"
      submit="Raise"
      fields={['title', 'body', `to.${draft.to}`]}
      {...{ isOpen, onClose, isBusy, error, right }}
      onSubmit={() => void submit()}
    >
      <div className={parts.pair}>
        <Select label="To" value={draft.to} onChange={({ target }) => edit({ to: target.value as To })}>
          {names.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </Select>
        {isOne && (
          <TextField
            label={draft.to === 'clientId' ? 'Which client' : 'Which user'}
            value={draft.id}
            error={missing.id ?? problemAt(`to.${draft.to}`)}
            onChange={({ target }) => edit({ id: target.value })}
          />
        )}
        <Select
          label="Severity"
          value={draft.severity}
          onChange={({ target }) => edit({ severity: target.value as Severity })}
        >
          {severities.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </Select>
      </div>
      <TextField
        label="Title"
        value={draft.title}
        error={missing.title ?? problemAt('title')}
        onChange={({ target }) => edit({ title: target.value })}
      />
      <TextArea
        label="More about it"
        rows={3}
        value={draft.body}
        error={problemAt('body')}
        onChange={({ target }) => edit({ body: target.value })}
      />
    </FormDialog>
  );
}
