import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Metafile } from 'esbuild';
import { afterAll, expect, test } from 'vitest';
import { engineEntry, engineRoot } from './appCode.ts';
import { bundle, filesAtStart, filesOf } from './bundle.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidings-bundles-'));
afterAll(() => rmSync(folder, { recursive: true }));

function bundled(name: string) {
  const outdir = join(folder, name);
  const code = { root: engineRoot, entry: 'features/index.ts' };
  return { outdir, metafile: bundle({ code, entry: engineEntry(name), outdir }) };
}

const bytesOf = ({ outputs }: Metafile, files: readonly string[]) =>
  files.reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0);

/** What code of these files is of, among the packages that not every start needs. */
function seldomIn({ outputs }: Metafile, files: readonly string[]): string[] {
  const inputs = files.flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));
  const packages = inputs.map(
    (path) =>
      /node_modules\/(jose|@aws-sdk\/(?:client-(?!dynamodb)|credential-provider-|middleware-endpoint-)[^/]+)/.exec(
        path,
      )?.[1],
  );
  return [...new Set(packages.filter((name) => name !== undefined))].sort();
}

// In bytes, minified. Of these 167,000 are the client of DynamoDB: docs/decisions/0032-what-a-start-loads.md.
test.each([
  ['message', 400_000],
  ['connect', 400_000],
  ['authorize', 290_000],
  ['disconnect', 280_000],
])('a start of %s loads no more than it needs', (name, maxBytes) => {
  const { metafile } = bundled(name);
  const atStart = filesAtStart(metafile);
  expect(bytesOf(metafile, atStart)).toBeLessThan(maxBytes);
  expect(seldomIn(metafile, atStart)).toEqual([]);
});

test('what few requests need is loaded with its first use, and has no search for credentials', () => {
  const { metafile } = bundled('message');
  expect(seldomIn(metafile, filesOf(metafile))).toEqual([
    '@aws-sdk/client-apigatewaymanagementapi',
    '@aws-sdk/client-sqs',
    'jose',
  ]);
});

test('nothing is uploaded that a function never loads', () => {
  const { outdir, metafile } = bundled('authorize');
  expect(readdirSync(outdir).sort()).toEqual(
    filesOf(metafile)
      .map((file) => basename(file))
      .sort(),
  );
  expect(seldomIn(metafile, filesOf(metafile))).toEqual(['jose']);
});
