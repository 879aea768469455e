import { useState } from 'react';
import { TextField } from '../../ui/controls/Field.tsx';
import { FormDialog } from '../parts/FormDialog.tsx';
import parts from '../parts/parts.module.css';
import { useAsk } from '../parts/useAsk.ts';
import { useKept } from '../parts/useKept.ts';
import { useRight } from '../rights/useRight.ts';

const nothing = { clientId: '', kind: '', by: '1' };

/** An interaction of any client, so that a client that nobody knows yet is there too. */
export function RecordDialog({ isOpen, onClose }: { readonly isOpen: boolean; onClose(): void }) {
  const right = useRight('interaction.record');
  const { ask, isBusy, error, problemAt, clear } = useAsk('interaction.record');
  const [draft, setDraft] = useKept('engagement.record', nothing);
  const [wrong, setWrong] = useState<Partial<typeof nothing>>({});
  const edit = (part: Partial<typeof nothing>) => {
    clear();
    setWrong({});
    setDraft({ ...draft, ...part });
  };
  async function submit() {
    const by = Number(draft.by);
    const found = {
      ...(draft.clientId === '' && { clientId: 'Give a client.' }),
      ...(draft.kind === '' && { kind: 'Say what happened.' }),
      ...(!Number.isInteger(by) && { by: 'must be a whole number' }),
    };
    setWrong(found);
    if (Object.keys(found).length > 0) return;
    const answer = await ask({ clientId: draft.clientId, kind: draft.kind, by });
    if (!answer) return;
    setDraft(nothing);
    onClose();
  }
  return (
    <FormDialog
      title="Record an interaction"
      submit="Record"
      fields={['clientId', 'kind', 'by']}
      {...{ isOpen, onClose, isBusy, error, right }}
      onSubmit={() => void submit()}
    >
      <TextField
        label="Client"
        value={draft.clientId}
        error={wrong.clientId ?? problemAt('clientId')}
        onChange={({ target }) => edit({ clientId: target.value })}
      />
      <div className={parts.pair}>
        <TextField
          label="What happened"
          placeholder="login, page_view, call …"
          value={draft.kind}
          error={wrong.kind ?? problemAt('kind')}
          onChange={({ target }) => edit({ kind: target.value })}
        />
        <TextField
          label="How often"
          inputMode="numeric"
          value={draft.by}
          error={wrong.by ?? problemAt('by')}
          onChange={({ target }) => edit({ by: target.value })}
        />
      </div>
    </FormDialog>
  );
}
