import { useStatus } from '@tidings/client/react';
import type { ContractView } from '../contract/readContract.ts';
import { useSession } from '../session/useSession.ts';
import { TopicLink } from '../topics/StoredTopics.tsx';
import { Facts } from '../ui/data/Facts.tsx';
import { Card } from '../ui/layout/Page.tsx';
import { ConnectionTable } from './ConnectionTable.tsx';
import { ForAdmin } from './ForAdmin.tsx';
import { LookAs } from './LookAs.tsx';
import { useKnownPeople } from './useKnownPeople.ts';

export interface UserDetailProps {
  readonly contract: ContractView;
  readonly tenant: string;
  readonly user: string;
}

/** One user of a tenant: its connections, its feed, and on a laptop a way to be this one. */
export function UserDetail({ contract, tenant, user }: UserDetailProps) {
  const { where, who } = useSession();
  const { session } = useStatus();
  const [task] = useKnownPeople();
  const known = task.value?.find((one) => one.tenant === tenant && one.user === user);
  const ownTenant = session?.tenant ?? who.tenant;
  const own = session?.userId ?? who.user;
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
            ...(tenant === ownTenant
              ? ([['Own feed', <TopicLink key="feed" topic="user:me" userId={user} own={own} />]] as const)
              : []),
          ]}
        />
      </Card>
      <Card title="Open connections">
        <ForAdmin contract={contract} action="connections.list" tenant={tenant}>
          <ConnectionTable tenant={tenant} userId={user} hasUsers={false} />
        </ForAdmin>
      </Card>
    </>
  );
}
