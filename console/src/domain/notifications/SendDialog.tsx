import { useStatus } from '@tidings/client/react';
import { TextArea, TextField } from '../../ui/controls/Field.tsx';
import { FormDialog } from '../parts/FormDialog.tsx';
import parts from '../parts/parts.module.css';
import { useRequestForm } from '../parts/useRequestForm.ts';

const nothing = { userId: '', kind: 'note', title: '', body: '' };

export function SendDialog({ isOpen, onClose }: { readonly isOpen: boolean; onClose(): void }) {
  const { session } = useStatus();
  const { draft, field, submit, state } = useRequestForm('notification.send', 'notifications.send', nothing);
  async function send() {
    const { userId, kind, title, body } = draft;
    const wrong = {
      userId: userId === '' && 'Say for whom.',
      kind: kind === '' && 'Give it a kind.',
      title: title === '' && 'Say what it is about.',
    };
    if (await submit(wrong, { userId, kind, title, ...(body !== '' && { body }) })) onClose();
  }
  return (
    <FormDialog
      title="Send a notification"
      submit="Send"
      fields={Object.keys(nothing)}
      {...{ isOpen, onClose, ...state }}
      onSubmit={() => void send()}
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
