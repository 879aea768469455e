import { useStatus } from '@tidings/client/react';
import { useApp } from '../../contract/useApp.ts';
import { useSession } from '../../session/useSession.ts';
import { type Right, rightTo } from './rights.ts';

/** What this person's roles are: as the server says, and before that as the token does. */
export function useRoles(): readonly string[] {
  const { who } = useSession();
  const { session } = useStatus();
  return session?.roles ?? who.roles ?? [];
}

/** Whether this person may ask for an action. */
export function useRight(action: string): Right {
  const [{ value: app }] = useApp();
  return rightTo(app, action, useRoles());
}
