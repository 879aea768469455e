import { type FormEvent, useState } from 'react';
import { useTask } from '../base/useTask.ts';
import { askLocal } from '../session/askLocal.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Select, TextField } from '../ui/controls/Field.tsx';
import { duration, wholeTime } from '../ui/data/timeText.ts';
import { Card } from '../ui/layout/Page.tsx';
import { numberProblem } from './FaultsCard.tsx';
import css from './faults.module.css';
import { Said } from './Said.tsx';
import { useLocal } from './useLocal.ts';

const units = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;
type Unit = keyof typeof units;

const usual = [
  ['1 minute', 60_000],
  ['10 minutes', 600_000],
  ['2 hours', 7_200_000],
  ['1 day', 86_400_000],
] as const;

interface ClockAnswer {
  readonly nowMs: number;
}

/** The stack's time, which can be moved forward. It never goes back. */
export function ClockCard() {
  const [clock, askAgain] = useTask('clock', async (signal) => {
    const { nowMs } = await askLocal<ClockAnswer>('/clock', { signal });
    return { nowMs, aheadMs: nowMs - Date.now() };
  });
  const { isBusy, said, run } = useLocal();
  const advance = (advanceMs: number) =>
    run(async () => {
      const { nowMs } = await askLocal<ClockAnswer>('/clock', { method: 'POST', json: { advanceMs } });
      askAgain();
      return `It is ${wholeTime(nowMs)} there now; what fell due on the way is done.`;
    });
  return (
    <Card title="Clock">
      <p>{clock.value ? clockText(clock.value) : '…'}</p>
      <div className={css.buttons}>
        {usual.map(([title, ms]) => (
          <Button key={title} disabled={isBusy} onClick={() => advance(ms)}>
            Forward {title}
          </Button>
        ))}
      </div>
      <OtherTime isBusy={isBusy} onAdvance={advance} />
      <Said said={isBusy ? { text: 'Time goes on…', isBad: false } : said} />
    </Card>
  );
}

function clockText({ nowMs, aheadMs }: { readonly nowMs: number; readonly aheadMs: number }): string {
  // To ask for it takes a moment: whole seconds are what is meant.
  const seconds = Math.round(aheadMs / 1_000);
  const ahead = seconds > 0 ? `, ${duration(seconds * 1_000)} ahead of this machine` : ', as on this machine';
  return `${wholeTime(nowMs)}${ahead}.`;
}

function OtherTime({ isBusy, onAdvance }: { readonly isBusy: boolean; onAdvance(ms: number): void }) {
  const [amount, setAmount] = useState('5');
  const [unit, setUnit] = useState<Unit>('minutes');
  const problem = numberProblem(amount, 1);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (problem === undefined) onAdvance(Number(amount) * units[unit]);
  }

  return (
    <form className={css.other} aria-label="Any other time" onSubmit={submit}>
      <TextField
        label="Forward by"
        inputMode="numeric"
        value={amount}
        error={problem}
        onChange={({ target }) => setAmount(target.value)}
      />
      <Select label="Unit" value={unit} onChange={({ target }) => setUnit(target.value as Unit)}>
        {Object.keys(units).map((name) => (
          <option key={name}>{name}</option>
        ))}
      </Select>
      <Button type="submit" className={css.submit} disabled={isBusy}>
        Move
      </Button>
    </form>
  );
}
