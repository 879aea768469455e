import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import {
  AccountRecovery,
  CfnManagedLoginBranding,
  ClientAttributes,
  ManagedLoginVersion,
  Mfa,
  OAuthScope,
  StringAttribute,
  UserPool,
  UserPoolClient,
  UserPoolDomain,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import type { Tokens } from '../core/settings.ts';
import { exceptFrom } from './exceptions.ts';
import { isProtected } from './protection.ts';
import { removalPolicyOf } from './settings/removalPolicy.ts';
import type { SignIn } from './settings/signIn.ts';
import type { DeclaredStage } from './settings/stageConfig.ts';

/** Where a user of the pool has its tenant and its clients: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html */
const attributes = { tenant: 'tenant', clients: 'client_ids' } as const;

/**
 * The users of a stage that names no issuer. Roles are groups, tenant and clients are attributes that only an
 * administrator writes, and nobody signs up by himself.
 */
export class TidingsUserPool extends Construct {
  /** What the functions are to know of its tokens, with addresses that CloudFormation fills in. */
  readonly tokens: Tokens;

  constructor(scope: Construct, id: string, config: DeclaredStage) {
    super(scope, id);
    const pool = this.pool(config);
    this.exceptions(pool);
    const groups = config.settings.roles.map((groupName) =>
      pool.addGroup(`Role-${groupName}`, { groupName }),
    );
    const client = this.client(pool, config.signIn);
    // A pool that is kept without them has users without roles, and its tokens no audience. The domain goes: it holds
    // nothing of a user, and a stage that no longer has pages to sign in on must not leave them open.
    for (const each of [...groups, client]) each.applyRemovalPolicy(removalPolicyOf(config));
    if (config.signIn) this.signInPages(pool, client, config.signIn);
    this.tokens = {
      issuer: pool.userPoolProviderUrl,
      audience: client.userPoolClientId,
      jwksUrl: `${pool.userPoolProviderUrl}/.well-known/jwks.json`,
      claims: {
        tenant: `custom:${attributes.tenant}`,
        roles: 'cognito:groups',
        clients: `custom:${attributes.clients}`,
      },
      // An access token has no attributes, so it would say nothing of the tenant.
      tokenUse: 'id',
      leewaySeconds: 5,
    };
    this.output('UserPoolId', pool.userPoolId, 'The users: tidings user add');
    this.output('UserPoolClientId', client.userPoolClientId, 'The app that users sign in to');
  }

  private pool(config: DeclaredStage): UserPool {
    return new UserPool(this, 'Users', {
      userPoolName: Stack.of(this).stackName,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      customAttributes: {
        // What a user has done is in its tenant's rows under the same `sub`: who moves to another becomes another user.
        [attributes.tenant]: new StringAttribute({ minLen: 1, maxLen: 512, mutable: false }),
        [attributes.clients]: new StringAttribute({ minLen: 0, maxLen: 2_048, mutable: true }),
      },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
      },
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      deletionProtection: isProtected(this, config),
      removalPolicy: removalPolicyOf(config),
    });
  }

  private exceptions(pool: UserPool): void {
    exceptFrom(
      'COG2',
      pool,
      'Users may add a second factor. Whether they must is for the team to say, in the pool.',
    );
    exceptFrom(
      'COG8',
      pool,
      'The plan Plus costs for each user: a team that wants its threat protection turns it on.',
    );
  }

  private client(pool: UserPool, signIn: SignIn | undefined): UserPoolClient {
    return new UserPoolClient(this, 'App', {
      userPool: pool,
      generateSecret: false,
      authFlows: { userPassword: true, userSrp: true },
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      idTokenValidity: Duration.hours(1),
      accessTokenValidity: Duration.hours(1),
      readAttributes: new ClientAttributes()
        .withStandardAttributes({ email: true, emailVerified: true, fullname: true, locale: true })
        .withCustomAttributes(...Object.values(attributes)),
      // With his access token a user writes what is in this list. Without a list that would be his address too.
      writeAttributes: new ClientAttributes().withStandardAttributes({ fullname: true, locale: true }),
      ...(signIn
        ? {
            oAuth: {
              flows: { authorizationCodeGrant: true },
              scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, OAuthScope.PROFILE],
              callbackUrls: [...signIn.callbackUrls],
              logoutUrls: [...(signIn.logoutUrls ?? signIn.callbackUrls)],
            },
          }
        : // Else the CDK allows the implicit flow, and sends codes to a page of somebody else's.
          { disableOAuth: true }),
    });
  }

  private signInPages(pool: UserPool, client: UserPoolClient, { domainPrefix }: SignIn): void {
    const domain = new UserPoolDomain(this, 'SignIn', {
      userPool: pool,
      cognitoDomain: { domainPrefix },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    // Without a style of its own a client has no pages of this version.
    new CfnManagedLoginBranding(this, 'Style', {
      userPoolId: pool.userPoolId,
      clientId: client.userPoolClientId,
      useCognitoProvidedValues: true,
    });
    this.output('SignInUrl', domain.baseUrl(), 'Where users sign in with a browser');
  }

  private output(id: string, value: string, description: string): void {
    // The outputs of a stack are all its own, whatever made them.
    new CfnOutput(this.node.scope ?? this, id, { value, description });
  }
}
