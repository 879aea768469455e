import { pathOf } from '../base/segments.ts';
import { ReadAgain } from '../ui/controls/ReadAgain.tsx';
import { Pill } from '../ui/data/Pill.tsx';
import { Table } from '../ui/data/Table.tsx';
import { Card } from '../ui/layout/Page.tsx';
import { Empty, Failed, Loading } from '../ui/layout/States.tsx';
import css from './tenants.module.css';
import { tenantsOf } from './tenants.ts';
import { useKnownPeople } from './useKnownPeople.ts';

/** All tenants of a laptop. */
export function AllTenants({ own }: { readonly own: string | undefined }) {
  const [task, again] = useKnownPeople();
  if (task.value === undefined) {
    return task.state === 'failed' ? (
      <Failed title="They cannot be listed" onRetry={again}>
        {task.error.message}
      </Failed>
    ) : (
      <Loading lines={5} />
    );
  }
  const tenants = tenantsOf(task.value, own);
  return (
    <Card title="Tenants" actions={<ReadAgain isReading={task.state === 'loading'} onClick={again} />}>
      <Table
        label="All tenants"
        rows={tenants}
        pageSize={50}
        keyOf={({ name }) => name}
        empty={
          <Empty title="Nobody has been here yet" icon="people">
            A tenant is there once somebody of it connects.
          </Empty>
        }
        columns={[
          {
            title: 'Tenant',
            cell: ({ name }) => (
              <span className={css.named}>
                <a href={`#${pathOf('people', name)}`}>{name}</a>
                {name === own && <Pill tone="accent">yours</Pill>}
              </span>
            ),
          },
          { title: 'Users', isNumber: true, cell: ({ users }) => users },
          { title: 'Connections', isNumber: true, cell: ({ connections }) => connections },
        ]}
      />
    </Card>
  );
}
