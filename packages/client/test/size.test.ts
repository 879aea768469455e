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

/** A KB is 1,024 bytes. */
const maxEngineBytes = 9_570;
/** As much as it was when the client itself knew all features, and more could not be left out. */
const maxAppBytes = 12_485;

test('a page that uses the client loads at most 9,570 bytes, compressed', async () => {
  expect(await bytesOf(`export { createClient } from './index.ts'`)).toBeLessThanOrEqual(maxEngineBytes);
});

test('an app with all features of this repository loads no more than before they could be left out', async () => {
  const app = `
    import { createClient } from './index.ts';
    import { clientFeatures as features } from '../../../features/clients.ts';
    export const connect = (options) => createClient({ ...options, features });`;
  expect(await bytesOf(app)).toBeLessThanOrEqual(maxAppBytes);
});

test.each([
  ['./index.ts', maxAppBytes],
  // These count what they share with the client, such as the reading of what a server sends, as if it came twice.
  ['./features/index.ts', 5_600],
  ['./react/index.ts', 6_900],
  ['./reactQuery/index.ts', 2_500],
  ['./tabs/index.ts', 4_900],
])('the whole of %s is at most %i bytes, compressed', async (entry, max) => {
  expect(await bytesOf(`export * from '${entry}'`)).toBeLessThanOrEqual(max);
});
