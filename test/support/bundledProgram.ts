import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { afterAll, beforeAll } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Our own sources are put together, each with the address that it has; packages are where they are. */
const ours: Plugin = {
  name: 'ours',
  setup(building) {
    building.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('@tidings/') ? undefined : { path, external: true },
    );
    building.onLoad({ filter: /\.m?ts$/ }, ({ path }) => ({
      contents: `const ownAddress = ${JSON.stringify(pathToFileURL(path).href)};\n${readFileSync(path, 'utf8')}`,
      loader: 'ts',
    }));
  },
};

/**
 * Programs of this repository as JavaScript, put together once for a test file: to start one costs a third of what it
 * costs where it is translated at each start.
 *
 * @param sources paths in the repository, by name
 * @returns the path of a program, once the tests run
 */
export function bundledPrograms<Name extends string>(
  sources: Readonly<Record<Name, string>>,
): (name: Name) => string {
  let folder = '';
  beforeAll(async () => {
    // Below node_modules, where packages are found.
    const parent = join(root, 'node_modules/.cache');
    mkdirSync(parent, { recursive: true });
    folder = mkdtempSync(join(parent, 'tidings-programs-'));
    await build({
      absWorkingDir: root,
      entryPoints: sources,
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      define: { 'import.meta.url': 'ownAddress' },
      plugins: [ours],
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return (name) => join(folder, `${name}.mjs`);
}
