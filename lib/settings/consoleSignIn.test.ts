import { expect, test } from 'vitest';
import { features } from '../../features/index.ts';
import { ConfigurationError, parseStageConfig } from './stageConfig.ts';

const tokens = { issuer: 'https://login.acme.test/', audience: ['tidings', 'app'] };

function problemsOf(input: object): readonly string[] {
  try {
    parseStageConfig(features, 'dev', input, 'dev');
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message.split('; ');
    throw error;
  }
}

test('a stage has the console or not, and may say how one signs in there', () => {
  for (const console of [undefined, true, false]) {
    expect(problemsOf({ console })).toEqual([]);
    expect(problemsOf({ tokens, console })).toEqual([]);
  }
  const all = {
    clientId: 'app',
    authority: 'https://login.acme.test/v2.0',
    scope: 'profile openid',
    token: 'id',
    audience: 'https://tidings.acme.test',
    tokenOrigin: 'https://tokens.acme.test',
  };
  expect(problemsOf({ tokens, console: all })).toEqual([]);
  expect(
    problemsOf({ tokens, console: { clientId: 'app', authority: 'http://127.0.0.1:9/realms/a' } }),
  ).toEqual([]);
});

test.each<[unknown, string]>([
  ['yes', 'console: must be true, false or { "clientId": "…" }'],
  [{}, 'console: clientId is missing'],
  [{ clientId: '' }, 'console.clientId: must not be empty'],
  [{ clientId: 'app', authority: 'http://login.acme.test' }, 'console.authority: must begin with https://'],
  [
    { clientId: 'app', scope: 'email' },
    'console.scope: must be names with spaces between, openid among them',
  ],
  [
    { clientId: 'app', scope: 'openidx' },
    'console.scope: must be names with spaces between, openid among them',
  ],
  [{ clientId: 'app', token: 'refresh' }, 'console: token must be one of access, id'],
  // Each of these would say something else in the policy of the page.
  ...[
    'https://tokens.acme.test/',
    'http://tokens.acme.test',
    'https://*',
    'https://a b',
    'https://a;script-src',
  ].map((tokenOrigin): [unknown, string] => [
    { clientId: 'app', tokenOrigin },
    'console.tokenOrigin: must be an origin, such as https://login.acme.test',
  ]),
  [
    { clientId: 'app', secret: 'x' },
    'console.secret: is not a setting: remove it, or add the feature that has it',
  ],
])('a console of %j is refused, and the message says what is wrong', (console, message) => {
  expect(problemsOf({ tokens, console })).toEqual([`dev.${message}`]);
});

test('an app is named at an issuer of one’s own, and never for the stack’s own users', () => {
  expect(problemsOf({ console: { clientId: 'app' } })).toEqual([
    expect.stringMatching(/^dev\.console: names an app of an issuer of your own, and there are no tokens/),
  ]);
});

test('ID tokens are for the app that asked for them, so the stage has to take its', () => {
  const refused = [expect.stringMatching(/^dev\.console\.clientId: must be in tokens\.audience/)];
  expect(problemsOf({ tokens, console: { clientId: 'another', token: 'id' } })).toEqual(refused);
  expect(problemsOf({ tokens: { ...tokens, tokenUse: 'id' }, console: { clientId: 'another' } })).toEqual(
    refused,
  );
  expect(problemsOf({ tokens, console: { clientId: 'another', token: 'access' } })).toEqual([]);
  expect(
    problemsOf({ tokens: { ...tokens, audience: 'app' }, console: { clientId: 'app', token: 'id' } }),
  ).toEqual([]);
});
