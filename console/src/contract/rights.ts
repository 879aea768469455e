import type { ActionView, ContractView } from './readContract.ts';

/** Whether somebody may ask for something, and who may where not. */
export type Right =
  | { readonly may: true }
  | {
      readonly may: false;
      readonly why: string;
      /** Absent where nobody may: the app has it not. */
      readonly roles?: readonly string[];
    };

const everybody: Right = { may: true };

/** By the contract. Until that is read nobody knows, and the server decides. */
export function rightTo(app: ContractView | undefined, action: string, own: readonly string[]): Right {
  if (!app) return everybody;
  const found = app.actions.find(({ name }) => name === action);
  return found ? rightOf(found, own) : { may: false, why: `This app has no action ${action}.` };
}

export function rightOf({ name, roles }: Pick<ActionView, 'name' | 'roles'>, own: readonly string[]): Right {
  if (roles === 'any' || own.some((role) => roles.includes(role))) return everybody;
  return { may: false, why: `It takes the role ${roles.join(' or ')} (${name}).`, roles };
}
