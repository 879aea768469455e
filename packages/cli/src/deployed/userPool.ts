import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { Failed } from '../failures.ts';
import type { AwsPlace } from './awsFailure.ts';
import type { DeployedStack } from './deployedStack.ts';

/** The users that a stack has of its own. */
export interface UserPool {
  readonly id: string;
  /** The app that they sign in to. */
  readonly clientId: string;
  readonly place: AwsPlace;
  readonly client: CognitoIdentityProviderClient;
  /** The commands that it takes: loaded with it, for most commands of ours need nothing of AWS. */
  readonly sdk: typeof import('@aws-sdk/client-cognito-identity-provider');
}

/** @throws Failed where the stack takes the tokens of another issuer. */
export async function userPoolOf({ name, place, optionalOutput }: DeployedStack): Promise<UserPool> {
  const [id, clientId] = ['UserPoolId', 'UserPoolClientId'].map(optionalOutput);
  if (id === undefined || clientId === undefined) {
    throw new Failed(
      `the stack ${name} has no users of its own: its stage names an issuer under tokens in cdk.json, which makes users and their tokens`,
    );
  }
  const sdk = await import('@aws-sdk/client-cognito-identity-provider');
  return { id, clientId, place, client: new sdk.CognitoIdentityProviderClient(place), sdk };
}
