import { Failed } from '../failures.ts';
import { awsFailure } from './awsFailure.ts';
import type { UserPool } from './userPool.ts';

export interface NewUser {
  readonly email: string;
  readonly tenant: string;
  readonly roles: readonly string[];
  /** Of a client's user, as the attribute holds them. */
  readonly clients?: string | undefined;
  readonly password: string;
}

/**
 * Makes a user who can sign in at once, and gives the id by which Tidings knows it. Who could not be made whole is not
 * made at all, so that the same can be tried again.
 *
 * @throws Failed
 */
export async function addUser(pool: UserPool, user: NewUser): Promise<string> {
  await requireGroups(pool, user.roles);
  const id = await create(pool, user);
  const { client, sdk } = pool;
  const who = { UserPoolId: pool.id, Username: user.email };
  try {
    for (const GroupName of user.roles) {
      await client.send(new sdk.AdminAddUserToGroupCommand({ ...who, GroupName }));
    }
    const password = { Password: user.password, Permanent: true };
    await client.send(new sdk.AdminSetUserPasswordCommand({ ...who, ...password }));
  } catch (error) {
    throw await undo(pool, user, error);
  }
  return id;
}

/** A group that is missing would be found only once the user is there. */
async function requireGroups({ client, sdk, id, place }: UserPool, roles: readonly string[]): Promise<void> {
  const known: string[] = [];
  try {
    for await (const { Groups = [] } of sdk.paginateListGroups({ client }, { UserPoolId: id })) {
      known.push(...Groups.map(({ GroupName = '' }) => GroupName));
    }
  } catch (error) {
    throw awsFailure(error, 'list the roles of the user pool', place);
  }
  const missing = roles.find((role) => !known.includes(role));
  if (missing !== undefined) {
    throw new Failed(`the stack has no role ${JSON.stringify(missing)}: it has ${known.join(', ')}`);
  }
}

async function create(
  { client, sdk, id, place }: UserPool,
  { email, tenant, clients }: NewUser,
): Promise<string> {
  const attributes = {
    email,
    // Whoever runs the stage says so; else the user could not have a forgotten password replaced.
    email_verified: 'true',
    'custom:tenant': tenant,
    ...(clients !== undefined && { 'custom:client_ids': clients }),
  };
  try {
    const { User } = await client.send(
      new sdk.AdminCreateUserCommand({
        UserPoolId: id,
        Username: email,
        UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
        MessageAction: 'SUPPRESS',
      }),
    );
    return User?.Attributes?.find(({ Name }) => Name === 'sub')?.Value ?? User?.Username ?? '';
  } catch (error) {
    if ((error as Error).name === 'UsernameExistsException') {
      throw new Failed(`${email} is a user already: nothing was changed`, { cause: error });
    }
    throw awsFailure(error, `make the user ${email}`, place);
  }
}

async function undo(
  { client, sdk, id, place }: UserPool,
  { email }: NewUser,
  error: unknown,
): Promise<Failed> {
  const { name, message } = error as Error;
  const why =
    name === 'InvalidPasswordException'
      ? new Failed(`the pool does not take this password: ${message}`, { cause: error })
      : awsFailure(error, `finish the user ${email}`, place);
  try {
    await client.send(new sdk.AdminDeleteUserCommand({ UserPoolId: id, Username: email }));
    return why;
  } catch {
    return new Failed(`${why.message}; ${email} is there half made: delete it before you try again`, {
      cause: why,
    });
  }
}
