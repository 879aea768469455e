import { pathOf } from '../base/segments.ts';
import { useSession } from '../session/useSession.ts';
import { asking } from '../topics/kinds.ts';
import { usePages } from '../topics/usePages.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Table } from '../ui/data/Table.tsx';
import { Time } from '../ui/data/Time.tsx';
import { Empty, Failed, Loading } from '../ui/layout/States.tsx';
import css from './tenants.module.css';

interface OpenConnection {
  readonly connectionId: string;
  readonly userId: string;
  readonly roles: readonly string[];
  readonly connectedAt: number;
}

export interface ConnectionTableProps {
  readonly tenant: string;
  /** Empty: anybody’s. */
  readonly userId: string;
  /** Empty: of any role. */
  readonly role?: string;
}

/** Open connections of the own tenant, page by page. */
export function ConnectionTable({ tenant, userId, role = '' }: ConnectionTableProps) {
  const { client } = useSession();
  const { rows, isReading, error, cursor, more, again } = usePages<OpenConnection>(
    `${tenant} ${userId} ${role}`,
    async (from) => {
      const answer = await asking(client)('connections.list', {
        limit: 50,
        ...(userId !== '' && { userId }),
        ...(role !== '' && { role }),
        ...(from !== undefined && { cursor: from }),
      });
      return { rows: answer.connections as OpenConnection[], cursor: answer.cursor as string | undefined };
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
    <>
      <Table
        label={`Connections of ${userId || tenant}`}
        rows={rows}
        keyOf={({ connectionId }) => connectionId}
        empty={<Empty title="No open connection" icon="connection" />}
        columns={[
          {
            title: 'Connection',
            cell: (one) => (
              <a href={`#${pathOf('people', tenant, one.userId, one.connectionId)}`}>
                <code>{one.connectionId}</code>
              </a>
            ),
          },
          {
            title: 'User',
            cell: (one) => <a href={`#${pathOf('people', tenant, one.userId)}`}>{one.userId}</a>,
          },
          { title: 'Roles', cell: ({ roles }) => roles.join(', ') },
          { title: 'Since', cell: ({ connectedAt }) => <Time at={connectedAt} />, isExtra: true },
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
    </>
  );
}
