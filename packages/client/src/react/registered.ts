import type { Contract } from '../contract.ts';
import type { TidingsContract } from '../features/tidingsContract.ts';

/**
 * Tells the hooks of a team's own contract, which extends `TidingsContract`.
 *
 * @example
 * declare module '@tidings/client/react' {
 *   interface Register { readonly contract: Ours }
 * }
 */
export interface Register {
  /** Nobody's; an interface has to have something. */
  readonly tidings?: never;
}

/** The contract that the hooks are typed by. */
export type Registered = Register extends { readonly contract: infer C extends Contract }
  ? C
  : TidingsContract;
