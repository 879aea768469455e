import { useStatus } from '@tidings/client/react';
import type { ReactNode } from 'react';
import type { ContractView } from '../contract/readContract.ts';
import { rightTo } from '../contract/rights.ts';
import { examplePeople } from '../session/person.ts';
import { useSession, useSignedIn } from '../session/useSession.ts';
import { givesTokens } from '../session/where.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Notice } from '../ui/layout/States.tsx';
import css from './tenants.module.css';
import { accessTo } from './tenants.ts';

export interface ForAdminProps {
  readonly contract: ContractView;
  /** What is asked for what is in it. */
  readonly action: string;
  readonly tenant: string;
  readonly children: ReactNode;
}

/** What an admin sees of its own tenant. Others are told what it takes, and on a laptop may be one. */
export function ForAdmin({ contract, action, tenant, children }: ForAdminProps) {
  const { where, who } = useSession();
  const { signIn } = useSignedIn();
  const { session } = useStatus();
  const own = session?.tenant ?? who.tenant;
  const right = rightTo(contract, action, session?.roles ?? who.roles ?? []);
  const access = accessTo(tenant, own, right.may);
  if (access === 'given') return children;
  const user = examplePeople[0]?.user ?? 'admin';
  // An app without the action has nothing that an admin would see either.
  const isThere = contract.actions.some(({ name }) => name === action);
  return (
    <div className={css.stack}>
      <Notice tone="accent" icon="lock">
        {access === 'other tenant'
          ? `You look as ${who.user ?? 'somebody'} of ${own ?? 'no tenant'}: connections are shown to admins of ${tenant} itself.`
          : !right.may && `You may not see who is connected. ${right.why}`}
      </Notice>
      {isThere && givesTokens(where) && (
        <div>
          <Button icon="people" onClick={() => signIn({ person: { user, tenant, roles: ['admin', 'msp'] } })}>
            Look as an admin of {tenant}
          </Button>
        </div>
      )}
    </div>
  );
}
