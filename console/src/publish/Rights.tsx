import { useStore } from '../base/useStore.ts';
import type { ActionView } from '../contract/readContract.ts';
import { rightOf } from '../contract/rights.ts';
import type { Session } from '../session/createSession.ts';
import { principalOf } from '../session/usePrincipal.ts';
import { Notice } from '../ui/layout/States.tsx';

/** Who may call an action, where it is not whoever asks. It can be sent all the same: the server is who refuses. */
export function Rights({
  action,
  session,
}: {
  readonly action: ActionView;
  readonly session: Session | undefined;
}) {
  return session ? <Missing action={action} session={session} /> : null;
}

function Missing({ action, session }: { readonly action: ActionView; readonly session: Session }) {
  const { roles } = principalOf(session, useStore(session.client.status));
  const right = rightOf(action, roles);
  if (right.may || roles.length === 0) return null;
  return (
    <Notice tone="warn" icon="lock">
      {right.why} {session.who.user ?? 'Whoever asks'} has {roles.join(', ')}, and will be refused.
    </Notice>
  );
}
