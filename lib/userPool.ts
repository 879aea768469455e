import { Aws, CfnOutput, Duration, Fn, Stack } from 'aws-cdk-lib';
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
import type { Oidc } from './settings/consoleSignIn.ts';
import { removalPolicyOf } from './settings/removalPolicy.ts';
import type { SignIn } from './settings/signIn.ts';
import type { DeclaredStage } from './settings/stageConfig.ts';

/** Where a user of the pool has its tenant and its clients: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html */
const attributes = { tenant: 'tenant', clients: 'client_ids' } as const;

/**
 * What a user may write with his access token. Without a list that would be his address, too, and what is no list, or
 * an empty one, is all of them to Cognito.
 */
const writable = new ClientAttributes().withStandardAttributes({ fullname: true, locale: true });

/**
 * The users of a stage that names no issuer. Roles are groups, tenant and clients are attributes that only an
 * administrator writes, and nobody signs up by himself.
 */
export class TidingsUserPool extends Construct {
  readonly #pool: UserPool;
  readonly #domain: UserPoolDomain | undefined;
  readonly #clients: UserPoolClient[];

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
    this.#pool = pool;
    this.#clients = [client];
    this.output('UserPoolId', pool.userPoolId, 'The users: tidings user add');
    this.output('UserPoolClientId', client.userPoolClientId, 'The app that users sign in to');
    if (!config.signIn && !config.console) return;
    this.#domain = this.signInPages(config.signIn?.domainPrefix ?? prefixOfStack);
    if (config.signIn) this.style('Style', client);
  }

  /** What the functions are to know of its tokens, with addresses that CloudFormation fills in. */
  get tokens(): Tokens {
    const [app = '', ...others] = this.#clients.map(({ userPoolClientId }) => userPoolClientId);
    return {
      issuer: this.#pool.userPoolProviderUrl,
      audience: others.length > 0 ? [app, ...others] : app,
      jwksUrl: `${this.#pool.userPoolProviderUrl}/.well-known/jwks.json`,
      claims: {
        tenant: `custom:${attributes.tenant}`,
        roles: 'cognito:groups',
        clients: `custom:${attributes.clients}`,
      },
      // An access token has no attributes, so it would say nothing of the tenant.
      tokenUse: 'id',
      leewaySeconds: 5,
    };
  }

  /**
   * What a page asks that signs in here: three addresses to the letter, since all pools of all accounts are at the
   * origin of the first.
   */
  get asks(): readonly string[] {
    if (!this.#domain) throw new Error('there are no pages to sign in on');
    const pages = this.#domain.baseUrl();
    return [
      `${this.#pool.userPoolProviderUrl}/.well-known/openid-configuration`,
      `${pages}/oauth2/token`,
      `${pages}/oauth2/revoke`,
    ];
  }

  /** Makes the app of the console, whose pages are at `url`. */
  addConsole(url: string): Oidc {
    const client = new UserPoolClient(this, 'ConsoleApp', {
      userPool: this.#pool,
      generateSecret: false,
      // Not used: an empty list would be another one, in which is what excludes the rotation below.
      authFlows: { userSrp: true },
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      idTokenValidity: Duration.hours(1),
      accessTokenValidity: Duration.hours(1),
      // A day’s work. Each is good once: who took one is found out by whoever comes second.
      refreshTokenValidity: Duration.hours(12),
      refreshTokenRotationGracePeriod: Duration.minutes(1),
      readAttributes: new ClientAttributes()
        .withStandardAttributes({ email: true, fullname: true })
        .withCustomAttributes(...Object.values(attributes)),
      writeAttributes: writable,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID],
        callbackUrls: [`${url}/`],
        logoutUrls: [`${url}/`],
      },
    });
    this.#clients.push(client);
    this.style('ConsoleStyle', client);
    const { userPoolProviderUrl: authority } = this.#pool;
    // With this scope alone an ID token has all attributes that the app may read.
    return { authority, clientId: client.userPoolClientId, scope: 'openid', token: 'id' };
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
      writeAttributes: writable,
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

  private signInPages(domainPrefix: string): UserPoolDomain {
    const domain = new UserPoolDomain(this, 'SignIn', {
      userPool: this.#pool,
      cognitoDomain: { domainPrefix },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    this.output('SignInUrl', domain.baseUrl(), 'Where users sign in with a browser');
    return domain;
  }

  /** Without a style of its own an app has no pages of this version. */
  private style(id: string, { userPoolClientId: clientId }: UserPoolClient): void {
    const { userPoolId } = this.#pool;
    new CfnManagedLoginBranding(this, id, { userPoolId, clientId, useCognitoProvidedValues: true });
  }

  private output(id: string, value: string, description: string): void {
    // The outputs of a stack are all its own, whatever made them.
    new CfnOutput(this.node.scope ?? this, id, { value, description });
  }
}

/** One that nobody else in the Region has: the last part of the stack’s ARN, `arn:…:stack/NAME/UUID`. */
const prefixOfStack = `tidings-${Fn.select(2, Fn.split('/', Aws.STACK_ID))}`;
