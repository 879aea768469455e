import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

/** What a page loads, compressed, that Vite builds and that has just this import. Whatever it brings along itself is not counted. */
async function bytesOf(source: string) {
  const entry = new URL('../src/page.ts', import.meta.url).pathname;
  const { build } = await import('vite');
  const built = await build({
    configFile: false,
    logLevel: 'error',
    plugins: [
      {
        name: 'page',
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? source : null),
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: {
        input: entry,
        preserveEntrySignatures: 'strict',
        external: ['react', '@tanstack/react-query'],
      },
    },
  });
  const [page] = [built].flat().flatMap((one) => ('output' in one ? one.output : []));
  const code = page?.type === 'chunk' ? page.code : '';
  expect(code.length).toBeGreaterThan(300);
  return gzipSync(code, { level: 9 }).length;
}

/** A KB is 1,024 bytes. */
const maxEngineBytes = 9 * 1024;
/** Less than it was when the client itself knew all features, and more could not be left out. */
const maxAppBytes = 11_100;

test('a page that uses the client loads less than 9 KB, compressed', async () => {
  expect(await bytesOf(`export { createClient } from './index.ts'`)).toBeLessThan(maxEngineBytes);
});

test('an app with all features of this repository loads less than before they could be left out', async () => {
  const app = `
    import { createClient } from './index.ts';
    import { clientFeatures as features } from '../../../features/clients.ts';
    export const connect = (options) => createClient({ ...options, features });`;
  expect(await bytesOf(app)).toBeLessThanOrEqual(maxAppBytes);
});

test.each([
  ['./index.ts', 11_850],
  // These count what they share with the client, such as the reading of what a server sends, as if it came twice.
  ['./features/index.ts', 5_350],
  ['./react/index.ts', 6_500],
  ['./reactQuery/index.ts', 1_500],
  ['./tabs/index.ts', 4_600],
])('the whole of %s is at most %i bytes, compressed', async (entry, max) => {
  expect(await bytesOf(`export * from '${entry}'`)).toBeLessThanOrEqual(max);
});
