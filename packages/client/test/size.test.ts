import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const bundle = async (entry: string) => {
  const { outputFiles } = await build({
    entryPoints: [new URL(entry, import.meta.url).pathname],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
};

test('a page that uses the client loads at most 10 KB, compressed', async () => {
  const contents = await bundle('../src/index.ts');
  expect(contents.length).toBeGreaterThan(1_000);
  expect(gzipSync(contents, { level: 9 }).length).toBeLessThanOrEqual(10_000);
});
