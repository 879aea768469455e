import { TextField } from '../../ui/controls/Field.tsx';
import { FormDialog } from '../parts/FormDialog.tsx';
import parts from '../parts/parts.module.css';
import { useRequestForm } from '../parts/useRequestForm.ts';

const nothing = { clientId: '', kind: '', by: '1' };

/** An interaction of any client, so that a client that nobody knows yet is there too. */
export function RecordDialog({ isOpen, onClose }: { readonly isOpen: boolean; onClose(): void }) {
  const { draft, field, submit, state } = useRequestForm('interaction.record', 'engagement.record', nothing);
  async function record() {
    const { clientId, kind } = draft;
    const by = Number(draft.by);
    const wrong = {
      clientId: clientId === '' && 'Give a client.',
      kind: kind === '' && 'Say what happened.',
      by: !Number.isInteger(by) && 'must be a whole number',
    };
    if (await submit(wrong, { clientId, kind, by })) onClose();
  }
  return (
    <FormDialog
      title="Record an interaction"
      submit="Record"
      fields={Object.keys(nothing)}
      {...{ isOpen, onClose, ...state }}
      onSubmit={() => void record()}
    >
      <TextField label="Client" {...field('clientId')} />
      <div className={parts.pair}>
        <TextField label="What happened" placeholder="login, page_view, call …" {...field('kind')} />
        <TextField label="How often" inputMode="numeric" {...field('by')} />
      </div>
    </FormDialog>
  );
}
