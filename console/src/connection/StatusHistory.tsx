import type { Status } from '@tidings/client';
import { useStore } from '../base/useStore.ts';
import { useSession } from '../session/useSession.ts';
import { Pill } from '../ui/data/Pill.tsx';
import { Table } from '../ui/data/Table.tsx';
import { Time } from '../ui/data/Time.tsx';
import css from './StatusHistory.module.css';
import { statusWord } from './statusWord.ts';

/** Why it stands so, as far as the client knows. */
export function whyOf({ reason, cause, code, attempt, state }: Status): string {
  const parts = [
    reason && cause instanceof Error ? `${reason}: ${cause.message}` : reason,
    code !== undefined && `code ${code}`,
    state === 'waiting' && attempt > 0 && `attempt ${attempt} failed`,
  ];
  return parts.filter(Boolean).join(', ');
}

/** What became of the connection, the newest first. */
export function StatusHistory({ max = 20 }: { readonly max?: number }) {
  const steps = useStore(useSession().statuses);
  return (
    <Table
      label="History of the connection"
      rows={steps.slice(0, max)}
      keyOf={({ number }) => number}
      columns={[
        { title: 'At', cell: ({ at }) => <Time at={at} precise /> },
        {
          title: 'State',
          cell: ({ status }) => {
            const { tone, word } = statusWord(status);
            return (
              <Pill tone={tone} dot>
                {word}
              </Pill>
            );
          },
        },
        { title: 'Why', cell: ({ status }) => <span className={css.why}>{whyOf(status)}</span> },
      ]}
    />
  );
}
