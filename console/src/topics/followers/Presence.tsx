import { useEffect } from 'react';
import { useTask } from '../../base/useTask.ts';
import { useSession } from '../../session/useSession.ts';
import { Table } from '../../ui/data/Table.tsx';
import { Empty, Failed, Loading } from '../../ui/layout/States.tsx';
import { asking, topicOf } from '../kinds.ts';
import css from '../topics.module.css';

interface Present {
  readonly users?: readonly { readonly userId: string; readonly devices: number; readonly data?: unknown }[];
  /** Where they are too many to be named. */
  readonly count?: number;
}

/** Who is there, as the followers of a topic are told of each other. It is asked for again when somebody comes or goes. */
export function Presence({ name }: { readonly name: string }) {
  const { client } = useSession();
  const topic = topicOf(client, name);
  const [task, again] = useTask<Present>(name, async () => {
    await topic.joined();
    return asking(client)('presence.get', {}, { topic: name });
  });
  useEffect(() => topic.on('presence' as never, again), [topic, again]);
  const { value } = task;
  if (!value) {
    return task.state === 'failed' ? (
      <Failed title="It cannot be told" onRetry={again}>
        {task.error.message}
      </Failed>
    ) : (
      <Loading lines={3} />
    );
  }
  if (!value.users) return <p>{value.count} people are there, too many to be named.</p>;
  return (
    <div className={css.detail}>
      <p className={css.quiet}>You follow it while you look, and so are one of them.</p>
      <Table
        label={`Who is in ${name}`}
        rows={value.users}
        keyOf={({ userId }) => userId}
        empty={<Empty title="Nobody is there" />}
        columns={[
          { title: 'User', cell: ({ userId }) => userId },
          { title: 'Devices', isNumber: true, cell: ({ devices }) => devices },
          { title: 'Shows', cell: ({ data }) => data !== undefined && <code>{JSON.stringify(data)}</code> },
        ]}
      />
    </div>
  );
}
