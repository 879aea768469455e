import { useState } from 'react';
import { pathOf } from '../base/segments.ts';
import { usePages } from '../base/usePages.ts';
import type { ContractView } from '../contract/readContract.ts';
import { useRight } from '../contract/useRight.ts';
import { usePrincipal } from '../session/usePrincipal.ts';
import { useSession } from '../session/useSession.ts';
import { Select } from '../ui/controls/Field.tsx';
import { PagedTable } from '../ui/data/PagedTable.tsx';
import { Time } from '../ui/data/Time.tsx';
import { Card } from '../ui/layout/Page.tsx';
import { Empty, Notice } from '../ui/layout/States.tsx';
import { asking } from './kinds.ts';

/** A topic that something is stored of, as an admin is told. */
interface Stored {
  readonly topic: string;
  /** Whose feed it is. */
  readonly userId?: string;
  readonly epoch: string;
  readonly seq: number;
  readonly updatedAt: number;
}

/** The topics of a kind that there are, for admins. */
export function StoredTopics({ contract }: { readonly contract: ContractView }) {
  const kinds = [...new Set(contract.kinds.map(({ kind }) => kind))];
  const [kind, setKind] = useState(kinds.includes('room') ? 'room' : (kinds[0] ?? ''));
  const right = useRight('topic.list');
  return (
    <Card
      title="Topics that there are"
      actions={
        right.may && (
          <Select
            label="Kind of topics"
            hideLabel
            value={kind}
            onChange={({ target }) => setKind(target.value)}
          >
            {kinds.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </Select>
        )
      }
    >
      {right.may ? (
        <OfKind kind={kind} />
      ) : (
        <Notice tone="accent" icon="lock">
          You may not list all topics. {right.why}
        </Notice>
      )}
    </Card>
  );
}

function OfKind({ kind }: { readonly kind: string }) {
  const { client } = useSession();
  const { userId: own } = usePrincipal();
  const pages = usePages<Stored>(kind, async (from) => {
    const asked = { kind, limit: 50, ...(from !== undefined && { cursor: from }) };
    const answer = await asking(client)('topic.list', asked);
    return { rows: answer.topics as Stored[], cursor: answer.cursor as string | undefined };
  });
  return (
    <PagedTable
      label={`Topics of the kind ${kind}`}
      pages={pages}
      keyOf={({ topic, userId = '' }) => `${topic} ${userId}`}
      empty={
        <Empty title={`Nothing is stored of the kind ${kind}`}>
          A topic is there from its first event on.
        </Empty>
      }
      columns={[
        { title: 'Topic', cell: (row) => <TopicLink {...row} own={own} /> },
        { title: 'Seq', isNumber: true, cell: ({ seq }) => seq },
        { title: 'Epoch', cell: ({ epoch }) => <code>{epoch}</code>, isExtra: true },
        { title: 'Newest', cell: ({ updatedAt }) => <Time at={updatedAt} /> },
      ]}
    />
  );
}

export interface TopicLinkProps extends Pick<Stored, 'topic' | 'userId'> {
  /** Who looks: one's own feed is followed, another one's read. */
  readonly own: string | undefined;
}

export function TopicLink({ topic, userId, own }: TopicLinkProps) {
  const isOther = userId !== undefined && userId !== own;
  return (
    <a href={`#${isOther ? pathOf('topics', topic, 'of', userId) : pathOf('topics', topic)}`}>
      <code>{topic}</code>
      {userId !== undefined && ` of ${userId}`}
    </a>
  );
}
