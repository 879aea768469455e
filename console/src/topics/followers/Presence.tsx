import { useEffect } from 'react';
import { useTask } from '../../base/useTask.ts';
import type { Session } from '../../session/createSession.ts';
import { useSession } from '../../session/useSession.ts';
import { ReadAgain } from '../../ui/controls/ReadAgain.tsx';
import { Table } from '../../ui/data/Table.tsx';
import { Empty, Failed, Loading } from '../../ui/layout/States.tsx';
import { asking, topicOf } from '../kinds.ts';
import css from '../topics.module.css';

interface Present {
  readonly users?: readonly { readonly userId: string; readonly devices: number; readonly data?: unknown }[];
  /** Where they are too many to be named. */
  readonly count?: number;
}

export interface PresenceProps {
  readonly name: string;
  readonly isFollowed: boolean;
}

/** Who is there, as the followers of a topic are told of each other. Who follows it is told when somebody comes or goes. */
export function Presence({ name, isFollowed }: PresenceProps) {
  const session = useSession();
  const { client } = session;
  const topic = topicOf(client, name);
  const [task, again] = useTask<Present>(name, async (signal) => {
    // By HTTP whoever may be in it may ask, without being in it.
    if (!isFollowed) return askOverHttp(session, name, signal);
    await topic.joined();
    return asking(client)('presence.get', {}, { topic: name });
  });
  useEffect(
    () => (isFollowed ? topic.on('presence' as never, again) : undefined),
    [topic, isFollowed, again],
  );
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
      {isFollowed && <p className={css.quiet}>You follow it while you look, and so are one of them.</p>}
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
      {!isFollowed && (
        <div className={css.actions}>
          <ReadAgain onClick={again} />
        </div>
      )}
    </div>
  );
}

async function askOverHttp({ fetch }: Session, topic: string, signal: AbortSignal): Promise<Present> {
  const answer = await fetch('/actions/presence.get', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ topic, payload: {} }),
    signal,
  });
  const { payload } = (await answer.json()) as { readonly payload: Present & { readonly message?: string } };
  if (!answer.ok) throw new Error(payload.message);
  return payload;
}
