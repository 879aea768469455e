import { useTopic } from '@tidings/client/react';
import { useState } from 'react';
import { useApp } from '../../contract/useApp.ts';
import { Button, IconButton } from '../../ui/controls/Button.tsx';
import { TextField } from '../../ui/controls/Field.tsx';
import { Empty } from '../../ui/layout/States.tsx';
import { DomainPage, Followed } from '../parts/DomainPage.tsx';
import css from '../parts/parts.module.css';
import { useBelow } from '../parts/useBelow.ts';
import { kindOf } from '../rights/rights.ts';
import { useRight } from '../rights/useRight.ts';
import { SampleButton } from '../sample/SampleButton.tsx';
import { BookDialog } from './BookDialog.tsx';
import { DoctorColumn } from './DoctorColumn.tsx';
import { dayAfter, dayOf, dayText } from './days.ts';
import board from './queue.module.css';

/** The board of a day: doctors as columns, and who waits for each. */
export default function QueuePage() {
  const book = useRight('queue.book');
  const [chosen, choose] = useBelow('/queue');
  const [isBooking, setBooking] = useState(false);
  const date = chosen ?? dayOf(Date.now());
  return (
    <DomainPage
      title="Queue"
      about="Who comes to which doctor on a day, and whose turn it is."
      needs="queue.book"
      right={book}
      isWhole
      actions={
        <Button icon="plus" look="primary" disabled={!book.may} onClick={() => setBooking(true)}>
          Book a time
        </Button>
      }
    >
      <DayPicker date={date} onDate={choose} />
      <Board date={date} />
      <BookDialog date={date} isOpen={isBooking} onClose={() => setBooking(false)} />
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

function Board({ date }: { readonly date: string }) {
  const { data, isJoined, error } = useTopic('queue', date);
  const [{ value: app }] = useApp();
  const who = kindOf(app, 'queue:<YYYY-MM-DD>')?.who;
  const doctors = data?.doctors ?? [];
  return (
    <Followed what={`The board of ${date}`} isJoined={isJoined} error={error} {...(who && { who })}>
      {doctors.length > 0 ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
        <section className={board.columns} aria-label={`The board of ${date}`} tabIndex={0}>
          {doctors.map((day) => (
            <DoctorColumn key={day.doctorId} date={date} day={day} />
          ))}
        </section>
      ) : (
        <Empty title="Nobody comes on this day" icon="queue">
          <SampleButton of="queue" date={date} />
        </Empty>
      )}
    </Followed>
  );
}
