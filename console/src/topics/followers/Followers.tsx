import type { ContractView } from '../../contract/readContract.ts';
import { rightTo } from '../../contract/rights.ts';
import { useSession } from '../../session/useSession.ts';
import { Button } from '../../ui/controls/Button.tsx';
import { Table } from '../../ui/data/Table.tsx';
import { Empty, Failed, Loading, Notice } from '../../ui/layout/States.tsx';
import { asking } from '../kinds.ts';
import css from '../topics.module.css';
import { usePages } from '../usePages.ts';

interface Follower {
  readonly connectionId: string;
  readonly userId: string;
  readonly roles: readonly string[];
}

export interface FollowersProps {
  readonly contract: ContractView;
  readonly roles: readonly string[];
  readonly name: string;
  readonly whose: string | undefined;
}

/** Who follows a topic, for admins. */
export function Followers({ contract, roles, name, whose }: FollowersProps) {
  const right = rightTo(contract, 'topic.followers', roles);
  return right.may ? (
    <Listed name={name} whose={whose} />
  ) : (
    <Notice tone="accent" icon="lock">
      Who follows it: {right.why}
    </Notice>
  );
}

function Listed({ name, whose }: Pick<FollowersProps, 'name' | 'whose'>) {
  const { client } = useSession();
  const { rows, isReading, error, cursor, more, again } = usePages<Follower>(
    `${name} ${whose}`,
    async (from) => {
      const asked = {
        topic: name,
        ...(whose !== undefined && { userId: whose }),
        ...(from !== undefined && { cursor: from }),
      };
      const answer = await asking(client)('topic.followers', asked);
      return { rows: answer.followers as Follower[], cursor: answer.cursor as string | undefined };
    },
  );
  if (error) {
    return (
      <Failed title="They cannot be listed" onRetry={again}>
        {error.message}
      </Failed>
    );
  }
  if (isReading && rows.length === 0) return <Loading lines={4} />;
  return (
    <div className={css.detail}>
      <Table
        label={`Who follows ${name}`}
        rows={rows}
        keyOf={({ connectionId }) => connectionId}
        empty={<Empty title="Nobody follows it" />}
        columns={[
          { title: 'User', cell: ({ userId }) => userId },
          { title: 'Roles', cell: (one) => one.roles.join(', ') },
          { title: 'Connection', cell: ({ connectionId }) => <code>{connectionId}</code> },
        ]}
      />
      <div className={css.actions}>
        {cursor !== undefined && (
          <Button size="small" disabled={isReading} onClick={more}>
            More
          </Button>
        )}
        <Button size="small" look="plain" icon="refresh" disabled={isReading} onClick={again}>
          Read again
        </Button>
      </div>
    </div>
  );
}
