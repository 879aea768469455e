import { usePrincipal } from '../session/usePrincipal.ts';
import { useSession } from '../session/useSession.ts';
import { TopicLink } from '../topics/StoredTopics.tsx';
import { Facts } from '../ui/data/Facts.tsx';
import { Card } from '../ui/layout/Page.tsx';
import { ConnectionTable } from './ConnectionTable.tsx';
import { ForAdmin } from './ForAdmin.tsx';
import { LookAs } from './LookAs.tsx';
import { useKnownPeople } from './useKnownPeople.ts';

export interface UserDetailProps {
  readonly tenant: string;
  readonly user: string;
}

/** One user of a tenant: its connections, its feed, and on a laptop a way to be this one. */
export function UserDetail({ tenant, user }: UserDetailProps) {
  const { where } = useSession();
  const own = usePrincipal();
  const [task] = useKnownPeople();
  const known = task.value?.find((one) => one.tenant === tenant && one.user === user);
  const person = known ?? { user, tenant, roles: [] };
  return (
    <>
      <Card title="Who it is" actions={where.mode === 'local' && <LookAs person={person} />}>
        <Facts
          facts={[
            ['User', user],
            ['Tenant', tenant],
            ...(where.mode === 'local'
              ? ([
                  ['Roles', person.roles.join(', ') || (task.state === 'loading' ? '…' : 'none known')],
                  ['Clients', known?.clients?.join(', ') ?? 'none'],
                ] as const)
              : []),
            ...(tenant === own.tenant
              ? ([
                  ['Own feed', <TopicLink key="feed" topic="user:me" userId={user} own={own.userId} />],
                ] as const)
              : []),
          ]}
        />
      </Card>
      <Card title="Open connections">
        <ForAdmin action="connections.list" tenant={tenant}>
          <ConnectionTable tenant={tenant} userId={user} hasUsers={false} />
        </ForAdmin>
      </Card>
    </>
  );
}
