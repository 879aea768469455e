import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { features } from '../../features/index.ts';
import { ConfigurationError, chooseStage } from './stageConfig.ts';

const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));

test('has a dev stage that can be deleted and a prod stage that cannot', () => {
  expect(chooseStage(features, context.stages, 'dev').deletionProtection).toBe(false);
  expect(chooseStage(features, context.stages, 'prod').deletionProtection).toBe(true);
});

const laptop = { httpUrl: 'http://127.0.0.1:1', settings: {} };

test.each([
  ['tokens.issuer', { tokens: { issuer: 'https://issuer.example.com', audience: 'a' } }],
  [
    'tokens.jwksUrl',
    { tokens: { issuer: 'https://acme.test', audience: 'a', jwksUrl: 'https://keys.example.org/k' } },
  ],
  ['tokens.audience', { tokens: { issuer: 'https://acme.test', audience: 'replace-with-your-audience' } }],
  ['allowedOrigins.1', { allowedOrigins: ['https://acme.test', 'https://app.example.com'] }],
  ['allowedOrigins.0', { allowedOrigins: ['https://desk.example:8443'] }],
  ['alarms.emails.0', { alarms: { emails: ['ops@example.com'] } }],
  ['signIn.callbackUrls.0', { signIn: { domainPrefix: 'p', callbackUrls: ['https://example.net/back'] } }],
])('a placeholder in %s is not deployed, and runs on a laptop', (path, dev) => {
  const deploy = () => chooseStage(features, { dev }, 'dev');
  expect(deploy).toThrow(ConfigurationError);
  expect(deploy).toThrow(`cdk.json: context.stages.dev.${path}: `);
  expect(deploy).toThrow(' is a placeholder, and nobody can have it: set your own');
  expect(chooseStage(features, { dev }, 'dev', laptop).settings.tokens).toBeDefined();
});

test.each(['https://myexample.com', 'https://example.com.acme.test', 'https://counterexample.org'])(
  '%s is somebody’s, and no placeholder',
  (origin) => {
    const config = chooseStage(features, { dev: { allowedOrigins: [origin] } }, 'dev');
    expect(config.settings.allowedOrigins).toEqual([origin]);
  },
);

test.each(['qa', 'constructor', undefined])('the stage %s, which it does not have, is refused', (stage) => {
  expect(() => chooseStage(features, context.stages, stage)).toThrow(
    `cdk.json: context.stages: has no stage ${stage}: add it there or choose one of dev, prod`,
  );
});

test('what is wrong is shown without a stack trace where nobody catches it', () => {
  const error = new ConfigurationError('cdk.json: what is wrong');
  expect(error.stack).toBe('ConfigurationError: cdk.json: what is wrong');
});

test.each([undefined, null, [], 'dev'])('stages that are %j are refused', (stages) => {
  expect(() => chooseStage(features, stages, 'dev')).toThrow('cdk.json: context.stages: must be an object');
});
