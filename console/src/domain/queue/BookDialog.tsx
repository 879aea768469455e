import { TextField } from '../../ui/controls/Field.tsx';
import { FormDialog } from '../parts/FormDialog.tsx';
import parts from '../parts/parts.module.css';
import { useRequestForm } from '../parts/useRequestForm.ts';
import type { Booking } from './bookings.ts';
import { dayText } from './days.ts';

export interface BookDialogProps {
  readonly date: string;
  readonly isOpen: boolean;
  onBooked(booking: Booking): void;
  onClose(): void;
}

const nothing = { doctorId: '', patientId: '', at: '09:00' };

export function BookDialog({ date, isOpen, onBooked, onClose }: BookDialogProps) {
  const { draft, field, submit, state } = useRequestForm('queue.book', 'queue.book', nothing);
  async function book() {
    const { doctorId, patientId, at } = draft;
    const wrong = {
      doctorId: doctorId === '' && 'Say with whom.',
      patientId: patientId === '' && 'Say who comes.',
      at: at === '' && 'Say when.',
    };
    const answer = await submit(wrong, { date, ...draft }, { ...nothing, doctorId });
    if (!answer) return;
    const { appointmentId } = answer;
    onBooked({ appointmentId, date, ...draft, status: 'booked', position: null });
    onClose();
  }
  return (
    <FormDialog
      title="Book a time"
      submit="Book"
      fields={Object.keys(nothing)}
      {...{ isOpen, onClose, ...state }}
      onSubmit={() => void book()}
    >
      <p>On {dayText(date)}.</p>
      <div className={parts.pair}>
        <TextField label="Doctor" placeholder="dr-lee" {...field('doctorId')} />
        <TextField label="Patient" placeholder="p-17" {...field('patientId')} />
        <TextField label="Time" type="time" {...field('at')} />
      </div>
    </FormDialog>
  );
}
