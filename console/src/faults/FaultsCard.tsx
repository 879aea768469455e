import { type FormEvent, useState } from 'react';
import { useTask } from '../base/useTask.ts';
import { askLocal } from '../session/askLocal.ts';
import { Button, IconButton } from '../ui/controls/Button.tsx';
import { Select, TextField } from '../ui/controls/Field.tsx';
import { Card } from '../ui/layout/Page.tsx';
import { Failed } from '../ui/layout/States.tsx';
import css from './faults.module.css';
import { type Fault, faultText, isDelayed, kinds } from './localStack.ts';
import { Said } from './Said.tsx';
import { useLocal } from './useLocal.ts';

/** The faults that are set, the usual ones behind a button, and any other. */
export function FaultsCard() {
  const [faults, askAgain] = useTask('faults', (signal) =>
    askLocal<{ readonly faults: readonly Fault[] }>('/faults', { signal }),
  );
  const { isBusy, said, run } = useLocal();
  const set = (fault: Fault) =>
    run(async () => {
      await askLocal('/faults', { method: 'POST', json: fault });
      askAgain();
      return `Set: ${faultText(fault)}`;
    });
  const clear = (fault?: Fault) =>
    run(async () => {
      const which = fault ? { op: fault.op, outcome: fault.outcome } : {};
      await askLocal('/faults', { method: 'DELETE', json: which });
      askAgain();
      return 'Cleared.';
    });
  const active = faults.value?.faults ?? [];
  return (
    <Card
      title="Faults"
      actions={
        <Button size="small" disabled={isBusy || active.length === 0} onClick={() => clear()}>
          Clear all
        </Button>
      }
    >
      <div className={css.buttons}>
        {usual.map(({ title, fault }) => (
          <Button key={title} disabled={isBusy} onClick={() => set(fault)}>
            {title}
          </Button>
        ))}
      </div>
      {faults.state === 'failed' && (
        <Failed title="The faults cannot be read" onRetry={askAgain}>
          {faults.error.message}
        </Failed>
      )}
      <ul className={css.active} aria-label="Faults that are set">
        {active.map((fault, place) => (
          // Two faults may be alike, and have nothing but their place.
          <li key={place}>
            <span>{faultText(fault)}</span>
            <IconButton
              size="small"
              icon="close"
              label={`Clear: ${faultText(fault)}`}
              disabled={isBusy}
              onClick={() => clear(fault)}
            />
          </li>
        ))}
        {active.length === 0 && faults.state !== 'failed' && (
          <li className={css.none}>{faults.value ? 'None is set.' : '…'}</li>
        )}
      </ul>
      <OtherFault isBusy={isBusy} onSet={set} />
      <Said said={said} />
    </Card>
  );
}

const usual: readonly { readonly title: string; readonly fault: Fault }[] = [
  { title: 'Drop the next 5 posts', fault: { op: 'post', outcome: 'drop', count: 5 } },
  { title: 'Throttle the next 20 posts', fault: { op: 'post', outcome: 'throttled', count: 20 } },
  { title: 'Refuse the next 3 handshakes', fault: { op: 'connect', outcome: 'error', count: 3 } },
  { title: 'Slow handshakes', fault: { op: 'connect', outcome: 'slow', count: 3, delayMs: 3_000 } },
  { title: 'Lose the answer of a commit', fault: { op: 'commit', outcome: 'unknown', count: 1 } },
];

function OtherFault({ isBusy, onSet }: { readonly isBusy: boolean; onSet(fault: Fault): void }) {
  const [op, setOp] = useState('post');
  const [outcome, setOutcome] = useState('gone');
  const [count, setCount] = useState('1');
  const [delay, setDelay] = useState('1');
  const outcomes = Object.entries(kinds[op]?.outcomes ?? {});
  const problem = numberProblem(count, 1);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (problem !== undefined) return;
    const delayMs = Math.round(Number(delay) * 1_000);
    onSet({ op, outcome, count: Number(count), ...(isDelayed(outcome) && { delayMs }) });
  }

  return (
    <form className={css.other} aria-label="Any other fault" onSubmit={submit}>
      <Select
        label="What fails"
        value={op}
        onChange={({ target: { value } }) => {
          setOp(value);
          setOutcome(Object.keys(kinds[value]?.outcomes ?? {})[0] ?? '');
        }}
      >
        {Object.entries(kinds).map(([name, { what }]) => (
          <option key={name} value={name}>
            {what}
          </option>
        ))}
      </Select>
      <Select label="How" value={outcome} onChange={({ target }) => setOutcome(target.value)}>
        {outcomes.map(([name, words]) => (
          <option key={name} value={name}>
            {words}
          </option>
        ))}
      </Select>
      <TextField
        label="How often"
        inputMode="numeric"
        value={count}
        error={problem}
        onChange={({ target }) => setCount(target.value)}
      />
      {isDelayed(outcome) && (
        <TextField
          label="Seconds late"
          inputMode="decimal"
          value={delay}
          onChange={({ target }) => setDelay(target.value)}
        />
      )}
      <Button type="submit" className={css.submit} disabled={isBusy}>
        Set
      </Button>
    </form>
  );
}

/** What is wrong with a number that somebody typed. */
export const numberProblem = (text: string, min: number): string | undefined =>
  /^\d{1,9}$/.test(text) && Number(text) >= min ? undefined : `A whole number from ${min} up.`;
