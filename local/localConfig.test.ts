import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { localConfig } from './localConfig.ts';

function settingsOf(stage: object) {
  const root = mkdtempSync(join(tmpdir(), 'tidings-config-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  writeFileSync(join(root, 'cdk.json'), JSON.stringify({ context: { stages: { dev: stage } } }));
  const options = { root, stage: 'dev', httpUrl: 'http://127.0.0.1:1', settings: {} };
  return localConfig(options).then(({ settings }) => settings);
}

test('what only AWS offers has a stand-in on a laptop', async () => {
  expect(await settingsOf({ assistant: { provider: 'bedrock', modelId: 'm' } })).toMatchObject({
    assistant: { provider: 'built-in' },
    translator: 'phrase-book',
  });
});

test('a model that is reached by its URL serves on a laptop too', async () => {
  const assistant = { provider: 'openai', url: 'http://localhost:11434/v1', model: 'm' };
  expect(await settingsOf({ assistant })).toMatchObject({ assistant });
});
