import { gzipSync } from 'node:zlib';

/**
 * What a page loads, compressed, that Vite builds and that has just this import, from the folder of the sources.
 * Whatever it brings along itself is not counted.
 */
export async function pageBytes(source: string): Promise<number> {
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
  if (code.length <= 300) throw new Error(`The page came to nothing: ${code}`);
  return gzipSync(code, { level: 9 }).length;
}

/** An app with this repository's features. */
export const appPage = `
  import { createClient } from './index.ts';
  import { clientFeatures as features } from '../../../features/clients.ts';
  export const connect = (options) => createClient({ ...options, features });`;
