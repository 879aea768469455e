import type { DoctorDay } from '@tidings/client';
import { useRight } from '../../contract/useRight.ts';
import { Button } from '../../ui/controls/Button.tsx';
import { Pill } from '../../ui/data/Pill.tsx';
import { AskError } from '../parts/AskError.tsx';
import { useAsk } from '../parts/useAsk.ts';
import type { Appointment } from './bookings.ts';
import css from './queue.module.css';

export interface DoctorColumnProps {
  readonly date: string;
  readonly day: DoctorDay;
  /** Told of what was done here; who follows the board is told by its events. */
  onChange?(appointmentId: string, next: Partial<Appointment> | undefined): void;
}

/** The day of one doctor, in the order of time. */
export function DoctorColumn({ date, day, onChange }: DoctorColumnProps) {
  const { doctorId, appointments } = day;
  const waiting = appointments.filter(({ status }) => status === 'checked-in').length;
  return (
    <section className={css.column} aria-label={doctorId}>
      <header className={css.columnHead}>
        <h2 title={doctorId}>{doctorId}</h2>
        <span className={css.quiet}>
          {waiting} of {appointments.length} here
        </span>
      </header>
      <ol className={css.cards}>
        {appointments.map((appointment) => (
          <Card
            key={appointment.appointmentId}
            date={date}
            appointment={appointment}
            onChange={(next) => onChange?.(appointment.appointmentId, next)}
          />
        ))}
      </ol>
    </section>
  );
}

interface CardProps {
  readonly date: string;
  readonly appointment: Appointment;
  onChange(next: Partial<Appointment> | undefined): void;
}

function Card({ date, appointment, onChange }: CardProps) {
  const { appointmentId, patientId, at, status, position } = appointment;
  const checkIn = useAsk('queue.checkIn');
  const cancel = useAsk('queue.cancel');
  const [mayCheckIn, mayCancel] = [useRight('queue.checkIn'), useRight('queue.cancel')];
  const isHere = status === 'checked-in';
  async function comeIn() {
    const answer = await checkIn.ask({ date, appointmentId });
    if (answer) onChange({ status: 'checked-in', position: answer.position });
  }
  async function takeOff() {
    if (await cancel.ask({ date, appointmentId })) onChange(undefined);
  }
  return (
    <li className={css.card} data-here={isHere}>
      <div className={css.line}>
        <time className={css.time}>{at}</time>
        <span className={css.patient} title={patientId}>
          {patientId}
        </span>
        {isHere ? (
          <Pill tone="good">{position === null ? 'here' : `here, ${position}.`}</Pill>
        ) : (
          <Pill>booked</Pill>
        )}
      </div>
      <div className={css.line}>
        <Button
          size="small"
          icon="check"
          aria-label={`Check in ${patientId}`}
          disabled={isHere || !mayCheckIn.may || checkIn.isBusy}
          onClick={() => void comeIn()}
        >
          Check in
        </Button>
        <Button
          size="small"
          look="plain"
          aria-label={`Cancel ${patientId}`}
          disabled={!mayCancel.may || cancel.isBusy}
          onClick={() => void takeOff()}
        >
          Cancel
        </Button>
      </div>
      <AskError error={checkIn.error} right={mayCheckIn} />
      <AskError error={cancel.error} right={mayCancel} />
    </li>
  );
}
