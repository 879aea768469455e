import { TidingsError } from '@tidings/client';
import { useTask } from '../base/useTask.ts';
import { usePrincipal } from '../session/usePrincipal.ts';
import { useSession } from '../session/useSession.ts';
import { asking } from '../topics/kinds.ts';
import { TopicLink } from '../topics/StoredTopics.tsx';
import { Button } from '../ui/controls/Button.tsx';
import { ReadAgain } from '../ui/controls/ReadAgain.tsx';
import { Facts } from '../ui/data/Facts.tsx';
import { Table } from '../ui/data/Table.tsx';
import { wholeTime } from '../ui/data/timeText.ts';
import { Card, Columns } from '../ui/layout/Page.tsx';
import { Empty, Failed, Loading } from '../ui/layout/States.tsx';

interface Described {
  readonly connectionId: string;
  readonly userId: string;
  readonly roles: readonly string[];
  readonly clients: readonly string[];
  readonly connectedAt: number;
  readonly expiresAt: number;
  readonly topics: readonly string[];
  readonly features: readonly string[];
}

/** One open connection, and what it follows. */
export function ConnectionDetail({ connectionId }: { readonly connectionId: string }) {
  const { client } = useSession();
  const { userId: own } = usePrincipal();
  const [task, again] = useTask(connectionId, async () => {
    const answer = await asking(client)('connection.describe', { connectionId });
    return answer as unknown as Described;
  });
  if (task.state === 'failed') {
    return task.error instanceof TidingsError && task.error.code === 'not_found' ? (
      <Empty title="There is no open connection of this id" icon="connection">
        <span>It is closed by now, or was never there.</span>
        <Button icon="refresh" onClick={again}>
          Look again
        </Button>
      </Empty>
    ) : (
      <Failed title="It cannot be described" onRetry={again}>
        {task.error.message}
      </Failed>
    );
  }
  if (task.value === undefined) return <Loading lines={6} />;
  const { userId, roles, clients, connectedAt, expiresAt, topics, features } = task.value;
  return (
    <Columns>
      <Card title="Connection">
        <Facts
          facts={[
            ['User', userId],
            ['Roles', roles.join(', ')],
            ['Clients', clients.join(', ') || 'none'],
            ['Connected', wholeTime(connectedAt)],
            ['Token ends', wholeTime(expiresAt)],
            ['Asked for', features.join(', ') || 'nothing beside'],
          ]}
        />
      </Card>
      <Card
        title="Topics that it follows"
        actions={<ReadAgain isReading={task.state === 'loading'} onClick={again} />}
      >
        <Table
          label="Followed topics"
          rows={topics}
          keyOf={(topic) => topic}
          empty={<Empty title="It follows nothing" icon="topics" />}
          columns={[
            {
              title: 'Topic',
              cell: (topic) => <TopicLink topic={topic} own={own} {...(topic === 'user:me' && { userId })} />,
            },
          ]}
        />
      </Card>
    </Columns>
  );
}
