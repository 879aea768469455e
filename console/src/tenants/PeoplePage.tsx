import { Redirect, useLocation } from 'wouter';
import { pathOf, segmentsOf } from '../base/segments.ts';
import { ContractPage } from '../contract/ContractPage.tsx';
import { usePrincipal } from '../session/usePrincipal.ts';
import { useSession } from '../session/useSession.ts';
import { Page } from '../ui/layout/Page.tsx';
import { Loading } from '../ui/layout/States.tsx';
import { AllTenants } from './AllTenants.tsx';
import { ConnectionDetail } from './ConnectionDetail.tsx';
import { ForAdmin } from './ForAdmin.tsx';
import { TenantDetail } from './TenantDetail.tsx';
import css from './tenants.module.css';
import { UserDetail } from './UserDetail.tsx';

/** From tenant to user to connection to its topics: each has an address. */
export default function PeoplePage() {
  const [location] = useLocation();
  const { where } = useSession();
  const { tenant: own } = usePrincipal();
  const [, tenant = '', user = '', connectionId = ''] = segmentsOf(location);
  const title = connectionId ? 'Connection' : user || tenant || 'People';
  if (tenant === '' && where.mode === 'deployed') {
    return own === undefined ? (
      <Page title="People">
        <Loading lines={4} />
      </Page>
    ) : (
      <Redirect to={pathOf('people', own)} replace />
    );
  }
  return (
    <ContractPage title={title}>
      {(contract) => (
        <Page
          title={title}
          about={aboutOf(tenant, user, connectionId)}
          {...(tenant !== '' && {
            way: (
              <Way tenant={tenant} user={user} connectionId={connectionId} isLocal={where.mode === 'local'} />
            ),
          })}
        >
          {tenant === '' ? (
            <AllTenants own={own} />
          ) : connectionId !== '' ? (
            <ForAdmin action="connection.describe" tenant={tenant}>
              <ConnectionDetail key={connectionId} connectionId={connectionId} />
            </ForAdmin>
          ) : user !== '' ? (
            <UserDetail key={`${tenant} ${user}`} tenant={tenant} user={user} />
          ) : (
            <TenantDetail key={tenant} contract={contract} tenant={tenant} />
          )}
        </Page>
      )}
    </ContractPage>
  );
}

function aboutOf(tenant: string, user: string, connectionId: string): string {
  if (connectionId !== '') return 'Whose it is, and what it follows.';
  if (user !== '') return 'Who it is, and where it is connected.';
  return tenant === ''
    ? 'Whom this stack knows, of all tenants. Connections are shown to admins of the tenant itself.'
    : 'Who is connected of this tenant.';
}

interface WayProps {
  readonly tenant: string;
  readonly user: string;
  readonly connectionId: string;
  readonly isLocal: boolean;
}

/** Where this is, and the way back. */
function Way({ tenant, user, connectionId, isLocal }: WayProps) {
  const steps = [
    ...(isLocal ? [['All tenants', pathOf('people')] as const] : []),
    ...(user === '' ? [] : [[tenant, pathOf('people', tenant)] as const]),
    ...(connectionId === '' ? [] : [[user, pathOf('people', tenant, user)] as const]),
  ];
  return (
    <nav aria-label="The way back">
      <ol className={css.way}>
        {steps.map(([name, path]) => (
          <li key={path}>
            <a href={`#${path}`}>{name}</a>
          </li>
        ))}
        <li aria-current="page">{connectionId ? <code>{connectionId}</code> : user || tenant}</li>
      </ol>
    </nav>
  );
}
