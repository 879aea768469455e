import { useState } from 'react';
import { pathOf } from '../base/segments.ts';
import type { Task } from '../base/useTask.ts';
import type { KnownPerson } from '../session/knownPeople.ts';
import { TextField } from '../ui/controls/Field.tsx';
import { ReadAgain } from '../ui/controls/ReadAgain.tsx';
import { Table } from '../ui/data/Table.tsx';
import { Card } from '../ui/layout/Page.tsx';
import { Empty, Failed, Loading } from '../ui/layout/States.tsx';
import { RoleSelect } from './RoleSelect.tsx';
import css from './tenants.module.css';
import { peopleLike } from './tenants.ts';

export interface KnownUsersProps {
  readonly tenant: string;
  readonly roles: readonly string[];
  readonly known: Task<readonly KnownPerson[]>;
  again(): void;
}

/** Whom a laptop knows of a tenant, connected or not. */
export function KnownUsers({ tenant, roles, known: task, again }: KnownUsersProps) {
  const [user, setUser] = useState('');
  const [role, setRole] = useState('');
  const found = peopleLike(
    (task.value ?? []).filter((one) => one.tenant === tenant),
    { user, role },
  );
  return (
    <Card title="Users" actions={<ReadAgain isReading={task.state === 'loading'} onClick={again} />}>
      <div className={css.filter}>
        <TextField
          label="User, by a part of the name"
          value={user}
          onChange={({ target }) => setUser(target.value)}
        />
        <RoleSelect roles={roles} value={role} onRole={setRole} />
      </div>
      {task.value === undefined && task.state === 'loading' && <Loading lines={4} />}
      {task.state === 'failed' && (
        <Failed title="They cannot be listed" onRetry={again}>
          {task.error.message}
        </Failed>
      )}
      {task.value !== undefined && (
        <Table
          label={`Users of ${tenant}`}
          rows={found}
          pageSize={25}
          keyOf={(one) => one.user}
          empty={<Empty title="Nobody that this stack knows" icon="people" />}
          columns={[
            {
              title: 'User',
              cell: (one) => <a href={`#${pathOf('people', tenant, one.user)}`}>{one.user}</a>,
            },
            { title: 'Roles', cell: (one) => one.roles.join(', ') || 'not known' },
            { title: 'Clients', cell: ({ clients = [] }) => clients.join(', '), isExtra: true },
            { title: 'Connections', isNumber: true, cell: ({ connections }) => connections },
          ]}
        />
      )}
    </Card>
  );
}
