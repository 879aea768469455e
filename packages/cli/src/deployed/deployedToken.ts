import { UsageError } from '../failures.ts';
import { askPassword, passwordFrom } from '../password.ts';
import { deployedStack, type StackValues, stackOptions } from './deployedStack.ts';
import { signIn } from './signIn.ts';
import { userPoolOf } from './userPool.ts';

/** Options that say which stack's user signs in, and where the password comes from. */
export const deployedOptions = { ...stackOptions, 'password-stdin': { type: 'boolean' } } as const;

export interface SignInValues extends StackValues {
  readonly user?: string | undefined;
  readonly 'password-stdin'?: boolean | undefined;
}

/** What only the local stack's issuer takes: it makes tokens for whoever is named. */
const localOnly = ['tenant', 'role', 'client', 'expires-in', 'issuer'] as const;

/**
 * A token of a deployed stack for one of its own users.
 *
 * @throws UsageError, Failed
 */
export async function deployedToken(
  values: SignInValues & { readonly [Name in (typeof localOnly)[number]]?: unknown },
  { stdin, stderr, env }: Pick<NodeJS.Process, 'stdin' | 'stderr' | 'env'> = process,
): Promise<string> {
  const { user } = values;
  if (user === undefined) throw new UsageError('--user is missing: the mail address of who signs in');
  const local = localOnly.find((option) => values[option] !== undefined);
  if (local !== undefined) {
    throw new UsageError(
      `--${local} is for the local issuer: what a user of a deployed stack is, its pool says`,
    );
  }
  const pool = await userPoolOf(await deployedStack(values));
  return signIn(pool, user, await password());

  async function password(): Promise<string> {
    if (values['password-stdin']) return passwordFrom(stdin);
    if (env.TIDINGS_PASSWORD) return env.TIDINGS_PASSWORD;
    if (stdin.isTTY) return askPassword(stdin, stderr, `Password of ${user}: `);
    throw new UsageError('there is no password: set TIDINGS_PASSWORD, or give --password-stdin');
  }
}
