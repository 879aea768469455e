import { usePages } from '../../base/usePages.ts';
import { useRight } from '../../contract/useRight.ts';
import { useSession } from '../../session/useSession.ts';
import { PagedTable } from '../../ui/data/PagedTable.tsx';
import { Empty, Notice } from '../../ui/layout/States.tsx';
import { asking } from '../kinds.ts';

interface Follower {
  readonly connectionId: string;
  readonly userId: string;
  readonly roles: readonly string[];
}

export interface FollowersProps {
  readonly name: string;
  readonly whose: string | undefined;
}

/** Who follows a topic, for admins. */
export function Followers({ name, whose }: FollowersProps) {
  const right = useRight('topic.followers');
  return right.may ? (
    <Listed name={name} whose={whose} />
  ) : (
    <Notice tone="accent" icon="lock">
      You may not see who follows it. {right.why}
    </Notice>
  );
}

function Listed({ name, whose }: FollowersProps) {
  const { client } = useSession();
  const pages = usePages<Follower>(`${name} ${whose}`, async (from) => {
    const asked = {
      topic: name,
      ...(whose !== undefined && { userId: whose }),
      ...(from !== undefined && { cursor: from }),
    };
    const answer = await asking(client)('topic.followers', asked);
    return { rows: answer.followers as Follower[], cursor: answer.cursor as string | undefined };
  });
  return (
    <PagedTable
      label={`Who follows ${name}`}
      pages={pages}
      keyOf={({ connectionId }) => connectionId}
      empty={<Empty title="Nobody follows it" />}
      columns={[
        { title: 'User', cell: ({ userId }) => userId },
        { title: 'Roles', cell: (one) => one.roles.join(', ') },
        { title: 'Connection', cell: ({ connectionId }) => <code>{connectionId}</code> },
      ]}
    />
  );
}
