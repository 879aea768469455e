import { contract } from '@tidings/protocol';
import { beforeAll, describe, expect, test } from 'vitest';
import { type SigningKey, signingKey } from '../../adapters/jwt/fakeIssuer.ts';
import { joseVerifier } from '../../adapters/jwt/verifier.ts';
import { manualClock } from '../../adapters/memory/clock.ts';
import { authorizeToken } from '../../core/authorizeToken.ts';
import { feature } from '../../core/feature.ts';
import { EngineSettings } from '../../core/settings.ts';
import { features, features as shipped } from '../../features/index.ts';
import { chooseStage, type StageInput } from '../../lib/settings/stageConfig.ts';
import {
  type Json,
  list,
  object,
  type Synthesized,
  shippedStage,
  synthesize,
  testStage,
} from './template.ts';

const own = (changes: Partial<StageInput> = {}) => synthesize(testStage({ tokens: undefined, ...changes }));
const pages = {
  domainPrefix: 'acme-desk',
  callbackUrls: ['https://desk.acme.test/back'],
};
const plain = own();
const withPages = own({ signIn: pages });

function only(stack: Synthesized, type: string) {
  const [found, second] = stack.ofType(`AWS::Cognito::${type}`);
  if (!found || second) throw new Error(`one ${type} expected`);
  return found;
}

test('a stage as it is shipped names no issuer, and makes a user pool; one that names an issuer makes none', () => {
  for (const stage of ['dev', 'prod']) {
    expect(synthesize(shippedStage(stage)).ofType('AWS::Cognito::UserPool')).toHaveLength(1);
  }
  const named = synthesize(testStage());
  expect(named.resources.filter(({ type }) => type.startsWith('AWS::Cognito::'))).toEqual([]);
  expect(named.template.Outputs).not.toHaveProperty('UserPoolId');
});

test('a laptop has none', () => {
  const config = chooseStage(features, { dev: { signIn: pages } }, 'dev', {
    httpUrl: 'http://127.0.0.1:1',
    settings: {},
  });
  expect(synthesize(config).ofType('AWS::Cognito::UserPool')).toEqual([]);
});

test('each role of the app is a group', () => {
  const ward = feature({ name: 'ward', contract: contract({ roles: { nurse: 'Of a ward.' } }), actions: {} });
  const list = [...shipped, ward];
  const groups = synthesize(testStage({ tokens: undefined }, list), list).ofType(
    'AWS::Cognito::UserPoolGroup',
  );
  expect(groups.map(({ properties }) => properties.GroupName).sort()).toEqual([
    'admin',
    'client',
    'msp',
    'nurse',
    'service',
  ]);
});

test('nobody signs up by himself, and a tenant is set once, by who makes the user', () => {
  const { properties } = only(plain, 'UserPool');
  expect(properties.AdminCreateUserConfig).toEqual({ AllowAdminCreateUserOnly: true });
  expect(properties.UsernameAttributes).toEqual(['email']);
  expect(properties.Schema).toContainEqual(expect.objectContaining({ Name: 'tenant', Mutable: false }));
  expect(properties.Schema).toContainEqual(expect.objectContaining({ Name: 'client_ids', Mutable: true }));
  expect(properties.Policies).toMatchObject({ PasswordPolicy: { MinimumLength: 12, RequireSymbols: true } });
});

test('the users outlive the stack where the table does', () => {
  const kept = own({ deletionProtection: true });
  expect(only(kept, 'UserPool').properties.DeletionProtection).toBe('ACTIVE');
  expect(only(kept, 'UserPool').raw).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate' });
  const gone = own({ deletionProtection: false });
  expect(only(gone, 'UserPool').properties.DeletionProtection).toBe('INACTIVE');
  expect(only(gone, 'UserPool').raw).toMatchObject({ DeletionPolicy: 'Delete' });
});

test('roles of users and the app that they sign in to outlive the stack as they do; the pages do not', () => {
  const policies = (deletionProtection: boolean, type: string) =>
    own({ deletionProtection, signIn: pages })
      .ofType(`AWS::Cognito::${type}`)
      .map(({ raw }) => raw.DeletionPolicy ?? 'Delete');
  const roles = plain.ofType('AWS::Cognito::UserPoolGroup').length;
  expect(policies(true, 'UserPoolGroup')).toEqual(Array(roles).fill('RetainExceptOnCreate'));
  expect(policies(true, 'UserPoolClient')).toEqual(['RetainExceptOnCreate']);
  expect(policies(true, 'UserPoolDomain')).toEqual(['Delete']);
  expect(policies(false, 'UserPoolGroup')).toEqual(Array(roles).fill('Delete'));
  expect(policies(false, 'UserPoolClient')).toEqual(['Delete']);
});

test.each([plain, withPages])('a user cannot write its own tenant, clients or address', (stack) => {
  const { WriteAttributes: writes, ReadAttributes: reads } = only(stack, 'UserPoolClient').properties;
  // What is no list, or an empty one, is all of them to Cognito.
  expect(writes).toEqual(['locale', 'name']);
  expect(reads).toEqual(expect.arrayContaining(['custom:tenant', 'custom:client_ids']));
});

test('who signs in learns not whether a user exists, and has a token for an hour', () => {
  expect(only(plain, 'UserPoolClient').properties).toMatchObject({
    PreventUserExistenceErrors: 'ENABLED',
    GenerateSecret: false,
    IdTokenValidity: 60,
    AccessTokenValidity: 60,
    TokenValidityUnits: { IdToken: 'minutes', AccessToken: 'minutes' },
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  });
});

describe('pages to sign in on', () => {
  test('are there where a stage says so, with codes and never with tokens in an address', () => {
    expect(only(withPages, 'UserPoolDomain').properties).toMatchObject({
      Domain: 'acme-desk',
      ManagedLoginVersion: 2,
    });
    expect(only(withPages, 'ManagedLoginBranding').properties).toMatchObject({
      ClientId: { Ref: only(withPages, 'UserPoolClient').id },
      UseCognitoProvidedValues: true,
    });
    expect(only(withPages, 'UserPoolClient').properties).toMatchObject({
      AllowedOAuthFlows: ['code'],
      CallbackURLs: pages.callbackUrls,
      LogoutURLs: pages.callbackUrls,
    });
    expect(withPages.template.Outputs).toHaveProperty('SignInUrl');
  });

  test('are nowhere else, and no code is sent to anybody', () => {
    const { properties } = only(plain, 'UserPoolClient');
    expect(properties.AllowedOAuthFlowsUserPoolClient).toBe(false);
    expect(Object.keys(properties)).not.toContain('CallbackURLs');
    expect(plain.ofType('AWS::Cognito::UserPoolDomain')).toEqual([]);
    expect(plain.template.Outputs).not.toHaveProperty('SignInUrl');
  });
});

describe('the functions take', () => {
  const pool = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Ab12Cd34E';
  const clientId = '1h57kf5cpq17m0eml12EXAMPLE';
  const now = 1_700_000_000;
  const claims = {
    iss: pool,
    sub: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
    'cognito:groups': ['client'],
    iat: now,
    exp: now + 3_600,
  };
  const idToken = {
    ...claims,
    aud: clientId,
    token_use: 'id',
    'custom:tenant': 'acme',
    'custom:client_ids': 'globex,initech',
  };
  let key: SigningKey;
  beforeAll(async () => {
    key = await signingKey('RS256', 'of+the/pool=');
  });

  /** The settings in a function's environment, once CloudFormation has filled in what it knows. */
  function settingsOf({ functions, text }: Synthesized) {
    const { id: poolId } = only(plain, 'UserPool');
    const { id: client } = only(plain, 'UserPoolClient');
    return functions.flatMap(({ properties }) => {
      const written = object(object(properties.Environment).Variables).SETTINGS as Json | undefined;
      if (written === undefined) return [];
      const filled = text(written)
        .replaceAll(`${poolId}.ProviderURL`, pool)
        .replaceAll(`"${client}"`, `"${clientId}"`);
      return [EngineSettings.parse(JSON.parse(filled))];
    });
  }

  async function authorize(token: object) {
    const [settings] = settingsOf(plain);
    if (!settings) throw new Error('no settings');
    const documents = new Map([[`${pool}/.well-known/jwks.json`, { keys: [key.jwk] }]]);
    const fetch = async (url: string) =>
      Response.json(documents.get(url), { status: documents.has(url) ? 200 : 404 });
    const tokens = joseVerifier({ ...settings.tokens, clock: manualClock(now * 1_000), fetch });
    return authorizeToken({ tokens, settings }, await key.sign({ ...token }));
  }

  test('an ID token, with tenant, roles and clients', async () => {
    expect(await authorize(idToken)).toMatchObject({
      principal: { tenant: 'acme', roles: ['client'], clients: ['globex', 'initech'] },
    });
  });

  test('no access token of the same user, even if it had a tenant', async () => {
    const access = { ...claims, client_id: clientId, token_use: 'access', 'custom:tenant': 'acme' };
    expect(await authorize(access)).toEqual({ refused: 401, check: 'token-use' });
    expect(await authorize({ ...access, aud: clientId })).toEqual({ refused: 401, check: 'token-use' });
  });

  test('no ID token of another app of the same pool, and none without a tenant', async () => {
    expect(await authorize({ ...idToken, aud: 'another' })).toEqual({ refused: 401, check: 'audience' });
    const { 'custom:tenant': _, ...without } = idToken;
    expect(await authorize(without)).toEqual({ refused: 401, check: 'tenant' });
  });

  test('what the pool issues, all of them alike, and none asks Cognito with a right of its own', () => {
    const all = settingsOf(plain);
    expect(all.length).toBeGreaterThan(6);
    expect(new Set(all.map(({ tokens }) => JSON.stringify(tokens))).size).toBe(1);
    const policies = plain.ofType('AWS::IAM::Policy').map(({ properties }) => JSON.stringify(properties));
    expect(policies.filter((policy) => policy.includes('cognito-idp:'))).toEqual([]);
    expect(
      list(plain.ofType('AWS::Cognito::UserPool').map(({ properties }) => properties.LambdaConfig ?? null)),
    ).toEqual([null]);
  });
});
