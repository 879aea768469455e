import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type LocalConfigOptions, localConfig } from './localConfig.ts';

function settingsOf(stage: object, laptop: Partial<LocalConfigOptions> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'tidings-config-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  writeFileSync(join(root, 'cdk.json'), JSON.stringify({ context: { stages: { dev: stage } } }));
  const options = { root, stage: 'dev', httpUrl: 'http://127.0.0.1:1', settings: {}, ...laptop };
  return localConfig(options).then(({ settings }) => settings);
}

test('AWS is asked for what it is asked for when deployed, whatever the Region of a model', async () => {
  for (const modelId of [undefined, 'eu.amazon.nova-lite-v1:0']) {
    const assistant = { provider: 'bedrock', ...(modelId && { modelId }) };
    expect(await settingsOf({ assistant })).toMatchObject({ assistant, translator: 'amazon' });
  }
});

test('a model that is reached by its URL serves on a laptop too', async () => {
  const assistant = { provider: 'openai', url: 'http://localhost:11434/v1', model: 'm' };
  expect(await settingsOf({ assistant })).toMatchObject({ assistant });
});

const theirs = { issuer: 'https://login.example.com', audience: ['a', 'b'], roleMap: { staff: 'msp' } };

test('the tokens are those of the local issuer, or with --tokens stage those that the stage names', async () => {
  expect((await settingsOf({ tokens: theirs })).tokens).toMatchObject({
    issuer: 'http://127.0.0.1:1/issuer',
  });
  const { tokens } = await settingsOf({ tokens: theirs }, { tokens: 'stage' });
  expect(tokens).toMatchObject(theirs);
  expect(tokens?.jwksUrl).toBeUndefined();
});

test('with --tokens stage, what is wrong with the stage’s tokens is named', async () => {
  const wrong = settingsOf({ tokens: { ...theirs, roleMap: { staff: 'boss' } } }, { tokens: 'stage' });
  await expect(wrong).rejects.toThrow('cdk.json: context.stages.dev.tokens.roleMap.staff: must be msp,');
  await expect(settingsOf({}, { tokens: 'stage' })).rejects.toThrow('dev.tokens: is missing');
});

test('every page of the laptop may connect, beside those of the stage', async () => {
  const { allowLoopbackOrigins, allowedOrigins } = await settingsOf({
    allowedOrigins: ['https://a.example'],
  });
  expect(allowLoopbackOrigins).toBe(true);
  expect(allowedOrigins).toContain('https://a.example');
});
