import type { ReactNode } from 'react';
import { useRight } from '../contract/useRight.ts';
import { examplePeople } from '../session/person.ts';
import { usePrincipal } from '../session/usePrincipal.ts';
import { useSession, useSignedIn } from '../session/useSession.ts';
import { givesTokens } from '../session/where.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Notice } from '../ui/layout/States.tsx';
import css from './tenants.module.css';
import { accessTo } from './tenants.ts';

export interface ForAdminProps {
  /** What is asked for what is in it. */
  readonly action: string;
  readonly tenant: string;
  readonly children: ReactNode;
}

/** What an admin sees of its own tenant. Others are told what it takes, and on a laptop may be one. */
export function ForAdmin({ action, tenant, children }: ForAdminProps) {
  const { where, who } = useSession();
  const { signIn } = useSignedIn();
  const { tenant: own } = usePrincipal();
  const right = useRight(action);
  const access = accessTo(tenant, own, right.may);
  if (access === 'given') return children;
  const user = examplePeople[0]?.user ?? 'admin';
  // An app without the action has nothing that an admin would see either.
  const isThere = right.may || right.roles !== undefined;
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
