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

/**
 * It was 10 KB until the client judged what comes from outside: of the 2 KB since then a half reads what a server
 * sends as what it may be, so that no frame can stop a client, and a half says by name which option is wrong, and
 * why a connection fails. Without them an app hangs, retries for ever or dies, and nobody can see why. The alerts and
 * notifications that the snapshot of one's own feed shows took 0.2 KB more, and a connection that the server does not
 * know any more, which is now left for another one, 0.04. A KB is 1,024 bytes.
 */
const mostClientBytes = 12.5 * 1024;

test('a page that uses the client loads at most 12.5 KB, compressed', async () => {
  expect(await bytesOf(`export { createClient } from './index.ts'`)).toBeLessThanOrEqual(mostClientBytes);
});

test.each([
  ['./index.ts', mostClientBytes],
  // These count what they share with the client, such as the reading of what a server sends, as if it came twice.
  ['./features/index.ts', 5_600],
  ['./react/index.ts', 6_900],
  ['./reactQuery/index.ts', 2_500],
  ['./tabs/index.ts', 4_900],
])('the whole of %s is at most %i bytes, compressed', async (entry, most) => {
  expect(await bytesOf(`export * from '${entry}'`)).toBeLessThanOrEqual(most);
});
