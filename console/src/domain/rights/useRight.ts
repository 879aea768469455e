import { useStatus } from '@tidings/client/react';
import { type Right, rightTo } from '../../contract/rights.ts';
import { useApp } from '../../contract/useApp.ts';
import { useSession } from '../../session/useSession.ts';

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

/** Who may follow the topics of a kind, in the contract's words. @param address `client:<id>` */
export function useWho(address: string): string | undefined {
  const [{ value: app }] = useApp();
  return app?.kinds.find((one) => one.address === address)?.who;
}
