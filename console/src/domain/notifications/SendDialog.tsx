import { useStatus } from '@tidings/client/react';
import { useState } from 'react';
import { TextArea, TextField } from '../../ui/controls/Field.tsx';
import { FormDialog } from '../parts/FormDialog.tsx';
import parts from '../parts/parts.module.css';
import { useAsk } from '../parts/useAsk.ts';
import { useKept } from '../parts/useKept.ts';
import { useRight } from '../rights/useRight.ts';

const nothing = { userId: '', kind: 'note', title: '', body: '' };

export function SendDialog({ isOpen, onClose }: { readonly isOpen: boolean; onClose(): void }) {
  const right = useRight('notification.send');
  const { session } = useStatus();
  const { ask, isBusy, error, problemAt, clear } = useAsk('notification.send');
  const [draft, setDraft] = useKept('notifications.send', nothing);
  const [missing, setMissing] = useState<Partial<typeof nothing>>({});
  const edit = (part: Partial<typeof nothing>) => {
    clear();
    setMissing({});
    setDraft({ ...draft, ...part });
  };
  async function submit() {
    const found = {
      ...(draft.userId === '' && { userId: 'Say for whom.' }),
      ...(draft.kind === '' && { kind: 'Give it a kind.' }),
      ...(draft.title === '' && { title: 'Say what it is about.' }),
    };
    setMissing(found);
    if (Object.keys(found).length > 0) return;
    const { body, ...rest } = draft;
    const answer = await ask({ ...rest, ...(body !== '' && { body }) });
    if (!answer) return;
    setDraft(nothing);
    onClose();
  }
  const field = (name: keyof typeof nothing) => ({
    value: draft[name],
    error: missing[name] ?? problemAt(name),
    onChange: ({ target }: { readonly target: { readonly value: string } }) => edit({ [name]: target.value }),
  });
  return (
    <FormDialog
      title="Send a notification"
      submit="Send"
      fields={Object.keys(nothing)}
      {...{ isOpen, onClose, isBusy, error, right }}
      onSubmit={() => void submit()}
    >
      <div className={parts.pair}>
        <TextField label="For" placeholder={session?.userId} {...field('userId')} />
        <TextField label="Kind" {...field('kind')} />
      </div>
      <TextField label="Title" {...field('title')} />
      <TextArea label="More about it" rows={3} {...field('body')} />
    </FormDialog>
  );
}
