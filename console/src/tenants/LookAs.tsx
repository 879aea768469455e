import { useState } from 'react';
import { PersonForm } from '../session/PersonForm.tsx';
import type { Person } from '../session/person.ts';
import { useSession, useSignedIn } from '../session/useSession.ts';
import { givesTokens } from '../session/where.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Dialog } from '../ui/controls/Dialog.tsx';
import css from './tenants.module.css';

/** Signs in as somebody else, on a laptop. Where the roles are not known, they are asked for. */
export function LookAs({ person: { user, tenant, roles, clients = [] } }: { readonly person: Person }) {
  const { where } = useSession();
  const { signIn } = useSignedIn();
  const [isAsking, setAsking] = useState(false);
  if (!givesTokens(where)) return null;
  const person = { user, tenant, roles, ...(clients.length > 0 && { clients }) };
  return (
    <>
      <Button
        size="small"
        icon="people"
        onClick={() => (roles.length > 0 ? signIn({ person }) : setAsking(true))}
      >
        Look as this person
      </Button>
      <Dialog title={`Look as ${user}`} isOpen={isAsking} onClose={() => setAsking(false)}>
        <div className={css.form}>
          <PersonForm label="Look" initial={person} known={[]} onPerson={(one) => signIn({ person: one })} />
        </div>
      </Dialog>
    </>
  );
}
