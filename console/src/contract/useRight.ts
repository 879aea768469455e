import { usePrincipal } from '../session/usePrincipal.ts';
import { type Right, rightTo } from './rights.ts';
import { useApp } from './useApp.ts';

/** Whether who is signed in may ask for an action. */
export function useRight(action: string): Right {
  const [{ value: app }] = useApp();
  return rightTo(app, action, usePrincipal().roles);
}

/** Who may follow the topics of a kind, in the contract's words. @param address `client:<id>` */
export function useWho(address: string): string | undefined {
  const [{ value: app }] = useApp();
  return app?.kinds.find((one) => one.address === address)?.who;
}
