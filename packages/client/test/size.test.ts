import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

/** What a page loads, compressed, that has just this import. Whatever it brings along itself is not counted. */
async function bytesOf(source: string) {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: new URL('../src', import.meta.url).pathname },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
    external: ['react', '@tanstack/react-query'],
  });
  const contents = outputFiles[0]?.contents ?? new Uint8Array();
  expect(contents.length).toBeGreaterThan(300);
  return gzipSync(contents, { level: 9 }).length;
}

test('a page that uses the client loads at most 10 KB, compressed', async () => {
  expect(await bytesOf(`export { createClient } from './index.ts'`)).toBeLessThanOrEqual(10_240);
});

test.each([
  ['./index.ts', 10_240],
  ['./features/index.ts', 5_300],
  ['./react/index.ts', 6_600],
  ['./reactQuery/index.ts', 2_500],
  ['./tabs/index.ts', 4_500],
])('the whole of %s is at most %i bytes, compressed', async (entry, most) => {
  expect(await bytesOf(`export * from '${entry}'`)).toBeLessThanOrEqual(most);
});
