import { Select, TextArea, TextField } from '../../ui/controls/Field.tsx';
import { FormDialog } from '../parts/FormDialog.tsx';
import parts from '../parts/parts.module.css';
import { useRequestForm } from '../parts/useRequestForm.ts';
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
  const { draft, edit, field, submit, state } = useRequestForm('alert.raise', 'alerts.raise', nothing);
  const { to, id, severity, title, body } = draft;
  const isOne = to === 'clientId' || to === 'userId';
  async function raise() {
    const wrong = {
      id: isOne && id === '' && 'Say which one.',
      title: title === '' && 'Say what it is about.',
    };
    const payload = { to: addressOf(draft), severity, title, ...(body !== '' && { body }) };
    if (await submit(wrong, payload)) onClose();
  }
  return (
    <FormDialog
      title="Raise an alert"
      submit="Raise"
      fields={['title', 'body', `to.${to}`]}
      {...{ isOpen, onClose, ...state }}
      onSubmit={() => void raise()}
    >
      <div className={parts.pair}>
        <Select label="To" value={to} onChange={({ target }) => edit({ to: target.value as To })}>
          {names.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </Select>
        {isOne && (
          <TextField label={to === 'clientId' ? 'Which client' : 'Which user'} {...field('id', `to.${to}`)} />
        )}
        <Select
          label="Severity"
          value={severity}
          onChange={({ target }) => edit({ severity: target.value as Severity })}
        >
          {severities.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </Select>
      </div>
      <TextField label="Title" {...field('title')} />
      <TextArea label="More about it" rows={3} {...field('body')} />
    </FormDialog>
  );
}
