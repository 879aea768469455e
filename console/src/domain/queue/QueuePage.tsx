import type { DoctorDay } from '@tidings/client';
import { useTopic } from '@tidings/client/react';
import { type ReactNode, useState } from 'react';
import { useRight, useWho } from '../../contract/useRight.ts';
import { useKept } from '../../session/useKept.ts';
import { Button, IconButton } from '../../ui/controls/Button.tsx';
import { TextField } from '../../ui/controls/Field.tsx';
import { Scrollable } from '../../ui/layout/Scrollable.tsx';
import { Empty, Notice } from '../../ui/layout/States.tsx';
import { DomainPage, Followed } from '../parts/DomainPage.tsx';
import css from '../parts/parts.module.css';
import { useBelow } from '../parts/useBelow.ts';
import { SampleButton } from '../sample/SampleButton.tsx';
import { BookDialog } from './BookDialog.tsx';
import { type Booking, changed, doctorsOf } from './bookings.ts';
import { DoctorColumn, type DoctorColumnProps } from './DoctorColumn.tsx';
import { dayAfter, dayOf, dayText } from './days.ts';
import board from './queue.module.css';

/** The board of a day: doctors as columns, and who waits for each. */
export default function QueuePage() {
  const book = useRight('queue.book');
  const [chosen, choose] = useBelow('/queue');
  const [isBooking, setBooking] = useState(false);
  const [bookings, setBookings] = useKept<readonly Booking[]>('queue.bookings', []);
  const date = chosen ?? dayOf(Date.now());
  return (
    <DomainPage
      title="Queue"
      about="Who comes to which doctor on a day, and whose turn it is."
      path="/queue"
      right={book}
      isWhole
      actions={
        <Button icon="plus" look="primary" disabled={!book.may} onClick={() => setBooking(true)}>
          Book a time
        </Button>
      }
    >
      <DayPicker date={date} onDate={choose} />
      <Board date={date} bookings={bookings} onBookings={setBookings} />
      <BookDialog
        date={date}
        isOpen={isBooking}
        onBooked={(booking) => setBookings([...bookings, booking])}
        onClose={() => setBooking(false)}
      />
    </DomainPage>
  );
}

function DayPicker({ date, onDate }: { readonly date: string; onDate(date?: string): void }) {
  const go = (days: number) => () => {
    const next = dayAfter(date, days);
    if (next !== undefined) onDate(next);
  };
  return (
    <search className={css.toolbar} aria-label="Day">
      <IconButton icon="left" label="The day before" onClick={go(-1)} />
      <div className={board.date}>
        <TextField
          label="Date"
          hideLabel
          type="date"
          value={date}
          required
          onChange={({ target }) => target.value !== '' && onDate(target.value)}
        />
      </div>
      <IconButton icon="right" label="The day after" onClick={go(1)} />
      <Button look="plain" disabled={date === dayOf(Date.now())} onClick={() => onDate()}>
        Today
      </Button>
      <span className={css.count} role="status">
        {dayText(date)}
      </span>
    </search>
  );
}

interface BoardProps {
  readonly date: string;
  readonly bookings: readonly Booking[];
  onBookings(next: readonly Booking[]): void;
}

function Board({ date, bookings, onBookings }: BoardProps) {
  const { data, isJoined, error } = useTopic('queue', date);
  const who = useWho('queue:<YYYY-MM-DD>');
  const { may } = useRight('queue.book');
  if (error?.code === 'forbidden') {
    return (
      <>
        <Notice tone="accent" icon="lock">
          The whole board is for {who}. {may && 'What you book in this tab stands below.'}
        </Notice>
        {may && (
          <Doctors
            date={date}
            doctors={doctorsOf(bookings, date)}
            none="You have booked nothing on this day"
            onChange={(id, next) => onBookings(changed(bookings, id, next))}
          />
        )}
      </>
    );
  }
  return (
    <Followed what={`the board of ${date}`} isJoined={isJoined} error={error} {...(who && { who })}>
      <Doctors date={date} doctors={data?.doctors ?? []} none="Nobody comes on this day">
        <SampleButton of="queue" date={date} />
      </Doctors>
    </Followed>
  );
}

interface DoctorsProps extends Pick<DoctorColumnProps, 'date' | 'onChange'> {
  readonly doctors: readonly DoctorDay[];
  /** What it means that there are none, and what may be done about it. */
  readonly none: string;
  readonly children?: ReactNode;
}

const Doctors = ({ doctors, none, children, ...rest }: DoctorsProps) =>
  doctors.length > 0 ? (
    <Scrollable label={`The board of ${rest.date}`} className={board.columns}>
      {doctors.map((day) => (
        <DoctorColumn key={day.doctorId} day={day} {...rest} />
      ))}
    </Scrollable>
  ) : (
    <Empty title={none} icon="queue">
      {children}
    </Empty>
  );
