import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Tokens } from '../../core/settings.ts';
import { stageSignIn } from './stageSignIn.ts';

const tokens = Tokens.parse({ issuer: 'https://login.acme.test', audience: ['tidings', 'app'] });

function signInOf(stage: object, settings: object = {}) {
  const root = mkdtempSync(join(tmpdir(), 'tidings-sign-in-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  writeFileSync(join(root, 'cdk.json'), JSON.stringify({ context: { stages: { dev: stage } } }));
  return stageSignIn({ root, stage: 'dev', settings: { ...settings } }, tokens);
}

test('a stage that names its app is signed in to on a laptop as it is deployed', () => {
  expect(signInOf({ console: { clientId: 'app' } })).toEqual({
    oidc: { authority: tokens.issuer, clientId: 'app', scope: 'openid', token: 'access' },
    asks: ['https://login.acme.test'],
  });
  expect(signInOf({ console: true }, { console: { clientId: 'b' } })?.oidc.clientId).toBe('b');
});

test('others are signed in to with a pasted token', () => {
  for (const stage of [{}, { console: false }, { console: true }]) expect(signInOf(stage)).toBeUndefined();
});

test('what is wrong with it is said at the start', () => {
  const at = 'cdk.json: context.stages.dev.console';
  expect(() => signInOf({ console: {} })).toThrow(`${at}: clientId `);
  expect(() => signInOf({ console: { clientId: 'another', token: 'id' } })).toThrow(
    `${at}.clientId: must be in`,
  );
});
