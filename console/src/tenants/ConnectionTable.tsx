import { pathOf } from '../base/segments.ts';
import { usePages } from '../base/usePages.ts';
import { useSession } from '../session/useSession.ts';
import { asking } from '../topics/kinds.ts';
import { PagedTable } from '../ui/data/PagedTable.tsx';
import { Time } from '../ui/data/Time.tsx';
import { Empty } from '../ui/layout/States.tsx';

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
  /** On a user's own page a link to the user would lead to itself. @default true */
  readonly hasUsers?: boolean;
}

/** Open connections of the own tenant, page by page. */
export function ConnectionTable({ tenant, userId, role = '', hasUsers = true }: ConnectionTableProps) {
  const { client } = useSession();
  const pages = usePages<OpenConnection>(`${tenant} ${userId} ${role}`, async (from) => {
    const answer = await asking(client)('connections.list', {
      limit: 50,
      ...(userId !== '' && { userId }),
      ...(role !== '' && { role }),
      ...(from !== undefined && { cursor: from }),
    });
    return { rows: answer.connections as OpenConnection[], cursor: answer.cursor as string | undefined };
  });
  return (
    <PagedTable
      label={`Connections of ${userId || tenant}`}
      pages={pages}
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
        ...(hasUsers
          ? [
              {
                title: 'User',
                cell: (one: OpenConnection) => (
                  <a href={`#${pathOf('people', tenant, one.userId)}`}>{one.userId}</a>
                ),
              },
            ]
          : []),
        { title: 'Roles', cell: ({ roles }) => roles.join(', ') },
        { title: 'Since', cell: ({ connectedAt }) => <Time at={connectedAt} />, isExtra: true },
      ]}
    />
  );
}
