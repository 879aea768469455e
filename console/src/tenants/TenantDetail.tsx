import { type FormEvent, useState } from 'react';
import type { ContractView } from '../contract/readContract.ts';
import { usualRoles } from '../session/person.ts';
import { useSession } from '../session/useSession.ts';
import { Button } from '../ui/controls/Button.tsx';
import { TextField } from '../ui/controls/Field.tsx';
import { Card } from '../ui/layout/Page.tsx';
import { ConnectionTable } from './ConnectionTable.tsx';
import { ForAdmin } from './ForAdmin.tsx';
import { KnownUsers } from './KnownUsers.tsx';
import { RoleSelect } from './RoleSelect.tsx';
import css from './tenants.module.css';
import { useKnownPeople } from './useKnownPeople.ts';

export interface TenantDetailProps {
  readonly contract: ContractView;
  readonly tenant: string;
}

/** Who is connected to a tenant; on a laptop also who has been. */
export function TenantDetail({ contract, tenant }: TenantDetailProps) {
  const { where } = useSession();
  const roles = rolesOf(contract);
  const [known, again] = useKnownPeople();
  return (
    <>
      {where.mode === 'local' && <KnownUsers tenant={tenant} roles={roles} known={known} again={again} />}
      {/* After what stands above, which would else push it down. */}
      {(known.value !== undefined || known.state === 'failed') && (
        <Card title="Open connections">
          <ForAdmin action="connections.list" tenant={tenant}>
            <Connections tenant={tenant} roles={roles} />
          </ForAdmin>
        </Card>
      )}
    </>
  );
}

/** Those that anything of the app names. */
const rolesOf = ({ actions }: ContractView): readonly string[] =>
  [...new Set([...usualRoles, ...actions.flatMap(({ roles }) => (roles === 'any' ? [] : roles))])].sort();

function Connections({ tenant, roles }: { readonly tenant: string; readonly roles: readonly string[] }) {
  const [draft, setDraft] = useState('');
  const [userId, setUserId] = useState('');
  const [role, setRole] = useState('');
  function submit(event: FormEvent) {
    event.preventDefault();
    setUserId(draft.trim());
  }
  return (
    <>
      <form className={css.filter} onSubmit={submit}>
        <TextField
          label="User, by the whole name"
          value={draft}
          onChange={({ target }) => setDraft(target.value)}
        />
        <RoleSelect roles={roles} value={role} onRole={setRole} />
        <Button type="submit" icon="filter" className={css.submit}>
          Filter
        </Button>
      </form>
      <ConnectionTable tenant={tenant} userId={userId} role={role} />
    </>
  );
}
