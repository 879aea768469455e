import { useEffect } from 'react';
import { useStore } from '../base/useStore.ts';
import { useTask } from '../base/useTask.ts';
import { useSession } from '../session/useSession.ts';
import { Table } from '../ui/data/Table.tsx';
import { Time } from '../ui/data/Time.tsx';
import { Card } from '../ui/layout/Page.tsx';
import { Failed, Loading } from '../ui/layout/States.tsx';
import { readRefusals } from './readRefusals.ts';
import css from './StatusHistory.module.css';

/** The newest handshakes that the local stack refused, with its reasons. */
export function Refusals() {
  const { statuses } = useSession();
  const [newest] = useStore(statuses);
  const [task, askAgain] = useTask('refusals', readRefusals);
  // A change of the connection may be one that was refused.
  useEffect(askAgain, [newest]);
  return (
    <Card title="Refused handshakes">
      {task.state === 'failed' && <Failed title="They cannot be read">{task.error.message}</Failed>}
      {task.value === undefined && task.state === 'loading' && <Loading />}
      {task.value && (
        <Table
          label="Handshakes that were refused"
          rows={task.value.slice(0, 8).map((one, number) => ({ ...one, number }))}
          keyOf={({ number }) => number}
          columns={[
            { title: 'At', cell: ({ at }) => <Time at={at} /> },
            { title: 'Status', isNumber: true, cell: ({ status }) => status },
            { title: 'Check', cell: ({ check }) => <code>{check}</code> },
            { title: 'Why', cell: ({ why }) => <span className={css.why}>{why}</span> },
          ]}
          empty={<p>None, of anybody, since the stack began.</p>}
        />
      )}
    </Card>
  );
}
