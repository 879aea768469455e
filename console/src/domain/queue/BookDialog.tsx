import { useState } from 'react';
import { TextField } from '../../ui/controls/Field.tsx';
import { FormDialog } from '../parts/FormDialog.tsx';
import parts from '../parts/parts.module.css';
import { useAsk } from '../parts/useAsk.ts';
import { useKept } from '../parts/useKept.ts';
import { useRight } from '../rights/useRight.ts';
import { dayText } from './days.ts';

export interface BookDialogProps {
  readonly date: string;
  readonly isOpen: boolean;
  onClose(): void;
}

const nothing = { doctorId: '', patientId: '', at: '09:00' };

export function BookDialog({ date, isOpen, onClose }: BookDialogProps) {
  const right = useRight('queue.book');
  const { ask, isBusy, error, problemAt, clear } = useAsk('queue.book');
  const [draft, setDraft] = useKept('queue.book', nothing);
  const [missing, setMissing] = useState<Partial<typeof nothing>>({});
  const edit = (part: Partial<typeof nothing>) => {
    clear();
    setMissing({});
    setDraft({ ...draft, ...part });
  };
  async function submit() {
    const found = {
      ...(draft.doctorId === '' && { doctorId: 'Say with whom.' }),
      ...(draft.patientId === '' && { patientId: 'Say who comes.' }),
      ...(draft.at === '' && { at: 'Say when.' }),
    };
    setMissing(found);
    if (Object.keys(found).length > 0) return;
    const answer = await ask({ date, ...draft });
    if (!answer) return;
    setDraft({ ...nothing, doctorId: draft.doctorId });
    onClose();
  }
  return (
    <FormDialog
      title="Book a time"
      submit="Book"
      fields={Object.keys(nothing)}
      {...{ isOpen, onClose, isBusy, error, right }}
      onSubmit={() => void submit()}
    >
      <p>On {dayText(date)}.</p>
      <div className={parts.pair}>
        <TextField
          label="Doctor"
          placeholder="dr-lee"
          value={draft.doctorId}
          error={missing.doctorId ?? problemAt('doctorId')}
          onChange={({ target }) => edit({ doctorId: target.value })}
        />
        <TextField
          label="Patient"
          placeholder="p-17"
          value={draft.patientId}
          error={missing.patientId ?? problemAt('patientId')}
          onChange={({ target }) => edit({ patientId: target.value })}
        />
        <TextField
          label="Time"
          type="time"
          value={draft.at}
          error={missing.at ?? problemAt('at')}
          onChange={({ target }) => edit({ at: target.value })}
        />
      </div>
    </FormDialog>
  );
}
