import { Failed } from '../failures.ts';
import { awsFailure } from './awsFailure.ts';
import type { UserPool } from './userPool.ts';

/** What Cognito asks of a user besides the password: https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html */
const asked: Readonly<Record<string, string>> = {
  NEW_PASSWORD_REQUIRED: 'has to choose a new password first, on the pages to sign in on',
  SOFTWARE_TOKEN_MFA: 'has a second factor, which only the pages to sign in on ask for',
};
const refused: Readonly<Record<string, string>> = {
  NotAuthorizedException: 'there is no such user, or the password is wrong',
  UserNotFoundException: 'there is no such user, or the password is wrong',
  PasswordResetRequiredException: 'its password was reset, and a new one has to be set',
  UserNotConfirmedException: 'it was never confirmed',
};

/**
 * Signs a user of the stack's own in.
 *
 * @returns an ID token: access tokens have no tenant
 * @throws Failed, which never quotes the password
 */
export async function signIn(pool: UserPool, user: string, password: string): Promise<string> {
  const command = new pool.sdk.InitiateAuthCommand({
    ClientId: pool.clientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: user, PASSWORD: password },
  });
  const answer = await pool.client.send(command).catch((error: Error) => {
    const why = refused[error.name];
    if (why !== undefined) throw new Failed(`cannot sign ${user} in: ${why}`, { cause: error });
    throw awsFailure(error, `sign ${user} in`, pool.place);
  });
  const token = answer.AuthenticationResult?.IdToken;
  if (token !== undefined) return token;
  const { ChallengeName: challenge = 'no token' } = answer;
  throw new Failed(`cannot sign ${user} in: it ${asked[challenge] ?? `was answered with ${challenge}`}`);
}
