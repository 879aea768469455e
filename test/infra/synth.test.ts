import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bundledPrograms } from '../support/bundledProgram.ts';

const program = bundledPrograms({ synth: 'scripts/synth.ts' });

/** Runs the command in a folder that holds the given cdk.json and nothing else. */
function synth(cdkJson: string | undefined, ...options: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-synth-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  if (cdkJson !== undefined) writeFileSync(join(folder, 'cdk.json'), cdkJson);
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      [program('synth'), ...options],
      { cwd: folder },
      (_error, stdout, stderr) => {
        resolve({ code: child.exitCode, stdout, stderr });
      },
    );
  });
}

test.each([
  ['a missing cdk.json', undefined, [], /^cdk\.json: cannot be read \(ENOENT.*\): correct it/],
  ['a broken cdk.json', '{"context": ', [], /^cdk\.json: cannot be read \(.*JSON.*\): correct it/],
  ['a cdk.json without a context', '{}', [], /^cdk\.json: context: must be an object/],
  [
    'a stage that is not there',
    '{"context":{"stages":{"dev":{}}}}',
    ['--stage', 'qa'],
    /has no stage qa: add it/,
  ],
  [
    'a setting that cannot be',
    '{"context":{"stage":"qa","stages":{"qa":{"tokens":{"issuer":"x","audience":"a","jwksUrl":"https://k"}}}}}',
    [],
    /^cdk\.json: context\.stages\.qa\.tokens\.issuer: must be a URL$/,
  ],
  ['an option that does not exist', '{}', ['--stages', 'dev'], /--stages.*--help/],
])('%s ends with one sentence and the exit code 1', async (_what, cdkJson, options, sentence) => {
  const { code, stdout, stderr } = await synth(cdkJson, ...options);
  expect(stderr.trimEnd()).toMatch(sentence);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
});

test('--help tells the options', async () => {
  const { code, stdout } = await synth(undefined, '--help');
  expect(code).toBe(0);
  expect(stdout).toContain('--stage');
  expect(stdout).toContain('--out');
});
