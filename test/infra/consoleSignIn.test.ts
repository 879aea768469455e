import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { features } from '../../features/index.ts';
import { buildApp } from '../../lib/app.ts';
import type { DeclaredStage } from '../../lib/settings/stageConfig.ts';
import { circlesIn } from './circles.ts';
import { list, object, type Synthesized, synthesize, testStage } from './template.ts';

/** With a user pool of the stack's own. */
const own = testStage({ tokens: undefined, console: true });
const stack = synthesize(own);
const issuer = 'https://login.acme.test/realms/desk';
const named = (console: object, tokens: object = {}) =>
  testStage({ tokens: { issuer, audience: 'tidings', ...tokens }, console: console as { clientId: string } });

function only({ ofType }: Synthesized, type: string, id = '') {
  const [found, second] = ofType(type).filter((one) => one.id.includes(id));
  if (!found || second) throw new Error(`one ${type} expected`);
  return found;
}
const consoleApp = only(stack, 'AWS::Cognito::UserPoolClient', 'Console');
const pool = only(stack, 'AWS::Cognito::UserPool').id;
const address = `https://${only(stack, 'AWS::CloudFront::Distribution').id}.DomainName`;
const pages = `https://${only(stack, 'AWS::Cognito::UserPoolDomain').id}.auth.{Region}.amazoncognito.com`;

/** Whom the policy of the pages lets them ask, beside themselves and the socket. */
function asked(synthesized: Synthesized): readonly string[] {
  const { properties } = only(synthesized, 'AWS::CloudFront::ResponseHeadersPolicy');
  const security = object(object(properties.ResponseHeadersPolicyConfig).SecurityHeadersConfig);
  const policy = synthesized.text(object(security.ContentSecurityPolicy).ContentSecurityPolicy);
  const [, sources = ''] = /connect-src ([^;]*)/.exec(policy) ?? [];
  return sources.split(' ').slice(2);
}

/** `console.json` as it is uploaded, with what CloudFormation fills in as marks. */
function consoleJson(config: DeclaredStage): { readonly oidc?: Readonly<Record<string, string>> } {
  const outdir = mkdtempSync(join(tmpdir(), 'tidings-console-'));
  try {
    buildApp({ config, features, outdir, bundle: false }).synth();
    const file = readdirSync(outdir, { recursive: true }).find((path) =>
      String(path).endsWith('console.json'),
    );
    return JSON.parse(readFileSync(join(outdir, String(file)), 'utf8'));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

test('with the stack’s own users the console is an app of their pool: public, by codes alone, back to its pages and nowhere else', () => {
  expect(consoleApp.properties).toMatchObject({
    GenerateSecret: false,
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid'],
    PreventUserExistenceErrors: 'ENABLED',
  });
  const { CallbackURLs, LogoutURLs } = consoleApp.properties;
  for (const urls of [CallbackURLs, LogoutURLs]) expect(list(urls).map(stack.text)).toEqual([`${address}/`]);
});

test('it may read what a token is to say, and write neither tenant, clients nor address', () => {
  const { ReadAttributes: reads, WriteAttributes: writes } = consoleApp.properties;
  expect(reads).toEqual(expect.arrayContaining(['custom:tenant', 'custom:client_ids']));
  expect(writes).toEqual(['locale', 'name']);
});

test('a refresh token is good for a day’s work, and each of them once', () => {
  const { properties } = consoleApp;
  expect(properties).toMatchObject({
    RefreshTokenValidity: 720,
    IdTokenValidity: 60,
    RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 60 },
    EnableTokenRevocation: true,
  });
  // https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html
  expect(properties.ExplicitAuthFlows).toEqual(['ALLOW_USER_SRP_AUTH']);
});

test('its pages ask three addresses of the pool to the letter, and not the origin that all pools share', () => {
  expect(asked(stack)).toEqual([
    `${pool}.ProviderURL/.well-known/openid-configuration`,
    `${pages}/oauth2/token`,
    `${pages}/oauth2/revoke`,
  ]);
});

test('console.json names the pool and the app, and that ID tokens are sent', () => {
  const { oidc } = consoleJson(own);
  expect(oidc).toMatchObject({ scope: 'openid', token: 'id' });
  const page = stack.ofType('Custom::CDKBucketDeployment')[1];
  const filled = list(page?.properties.SourceMarkers).flatMap((one) =>
    Object.values(object(one)).map(stack.text),
  );
  expect(filled).toEqual(expect.arrayContaining([`${pool}.ProviderURL`, consoleApp.id]));
});

test('the functions take the tokens of the console’s app beside those of the stack’s', () => {
  const app = only(stack, 'AWS::Cognito::UserPoolClient', 'UserPoolApp').id;
  const settings = stack.functions.flatMap(({ properties }) => {
    const written = object(object(properties.Environment).Variables).SETTINGS;
    return written === undefined ? [] : [JSON.parse(stack.text(written))];
  });
  expect(settings.length).toBeGreaterThan(5);
  for (const { tokens } of settings) {
    expect(tokens).toMatchObject({ audience: [app, consoleApp.id], tokenUse: 'id' });
  }
});

test('the pages to sign in on have a name that is the stack’s alone, or the one that the stage chose; each app has a style', () => {
  const nameOf = (synthesized: Synthesized) =>
    only(synthesized, 'AWS::Cognito::UserPoolDomain').properties.Domain;
  expect(JSON.stringify(nameOf(stack))).toBe(
    JSON.stringify({
      'Fn::Join': ['', ['tidings-', { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] }]],
    }),
  );
  const chosen = synthesize(
    testStage({
      tokens: undefined,
      console: true,
      signIn: { domainPrefix: 'acme-desk', callbackUrls: ['https://desk.acme.test/'] },
    }),
  );
  expect(nameOf(chosen)).toBe('acme-desk');
  const styled = chosen
    .ofType('AWS::Cognito::ManagedLoginBranding')
    .map(({ properties }) => chosen.text(properties.ClientId));
  expect(styled.toSorted()).toEqual(
    chosen
      .ofType('AWS::Cognito::UserPoolClient')
      .map(({ id }) => id)
      .toSorted(),
  );
  expect(stack.ofType('AWS::Cognito::ManagedLoginBranding')).toHaveLength(1);
});

test('the app of the console goes with the stack, whatever of its users is kept', () => {
  const kept = synthesize(testStage({ tokens: undefined, console: true, deletionProtection: true }));
  expect(only(kept, 'AWS::Cognito::UserPoolClient', 'Console').raw.DeletionPolicy ?? 'Delete').toBe('Delete');
});

test('with an issuer of one’s own the console asks its origin and where its tokens are, and nobody else', () => {
  expect(asked(synthesize(named({ clientId: 'console' })))).toEqual(['https://login.acme.test']);
  const elsewhere = { clientId: 'console', tokenOrigin: 'https://tokens.acme.test' };
  expect(asked(synthesize(named(elsewhere)))).toEqual([
    'https://login.acme.test',
    'https://tokens.acme.test',
  ]);
  expect(asked(synthesize(testStage({ console: true })))).toEqual([]);
});

test('console.json says what the stage says of it', () => {
  expect(consoleJson(named({ clientId: 'console' })).oidc).toEqual({
    ...{ authority: issuer, clientId: 'console', scope: 'openid', token: 'access' },
  });
  const all = {
    authority: 'https://login.acme.test/v2.0',
    scope: 'openid offline_access api://tidings/use',
    audience: 'https://tidings.acme.test',
  };
  expect(
    consoleJson(named({ clientId: 'console', token: 'id', ...all }, { audience: ['console'] })).oidc,
  ).toEqual({
    ...{ clientId: 'console', token: 'id', ...all },
  });
  expect(consoleJson(named({ clientId: 'tidings' }, { tokenUse: 'id' })).oidc).toMatchObject({ token: 'id' });
  expect(consoleJson(testStage({ console: true }))).not.toHaveProperty('oidc');
});

test('nothing of a stage with its own users waits for what waits for it', () => {
  expect(stack.resources.length).toBeGreaterThan(50);
  expect(circlesIn(stack)).toEqual([]);
});
