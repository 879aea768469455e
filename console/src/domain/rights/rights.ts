import type { ActionView, ContractView, KindView } from '../../contract/readContract.ts';

/** Whether somebody may ask for something, and who may. */
export interface Right {
  readonly may: boolean;
  /** Absent where everybody may, or nobody knows. */
  readonly roles?: readonly string[];
}

const everybody: Right = { may: true };

/** By the contract. Of an action that it does not name the server decides. */
export function rightTo(app: ContractView | undefined, action: string, roles: readonly string[]): Right {
  const found = app?.actions.find(({ name }) => name === action);
  return found ? rightOf(found, roles) : everybody;
}

export function rightOf({ roles: allowed }: Pick<ActionView, 'roles'>, roles: readonly string[]): Right {
  if (allowed === 'any') return everybody;
  return { may: allowed.some((role) => roles.includes(role)), roles: allowed };
}

/** Roles that the contract's words for people name as they are called. */
const named = ['msp', 'admin', 'client', 'service'] as const;

/**
 * Whether somebody could follow topics of a kind. The contract says in words who may: where these name roles, one of
 * them has to be among ours; what else they ask for, the server knows.
 */
export function mayFollow(kind: Pick<KindView, 'who'>, roles: readonly string[]): boolean {
  const allowed = named.filter((role) => new RegExp(`\\b${role}\\b`).test(kind.who));
  return allowed.length === 0 || allowed.some((role) => roles.includes(role));
}

export const kindOf = (app: ContractView | undefined, address: string): KindView | undefined =>
  app?.kinds.find((one) => one.address === address);
