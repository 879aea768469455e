import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { protocolTypes } from './protocolTypes.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = fileURLToPath(new URL('../../../node_modules/.bin/tsc', import.meta.url));

/** The package's entry points, each with its source file. */
export const entries: Readonly<Record<string, string>> = {
  '.': 'src/index.ts',
  './features': 'src/features/index.ts',
  './react': 'src/react/index.ts',
  './react-query': 'src/reactQuery/index.ts',
  './tabs': 'src/tabs/index.ts',
  './testing': 'testing/index.ts',
};

const built = (source: string, suffix: string) => source.replace(/\.ts$/, suffix);

/** Makes the package as it is published: JavaScript, types that need no other package, and its own package.json. */
export async function buildPackage(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const scratch = await mkdtemp(`${folder}-types-`);
  try {
    await build({
      absWorkingDir: root,
      entryPoints: Object.values(entries),
      outdir: folder,
      outbase: '.',
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'neutral',
      target: 'es2022',
      packages: 'external',
      sourcemap: true,
      sourcesContent: true,
      chunkNames: 'chunks/[name]-[hash]',
    });
    await writeTypes(folder, scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  for (const file of ['README.md', 'RECIPES.md', 'API.md', '../../LICENSE']) {
    await cp(join(root, file), join(folder, file.replace(/^.*\//, '')));
  }
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(await manifest(), undefined, 2)}\n`);
}

async function writeTypes(folder: string, scratch: string): Promise<void> {
  execFileSync(
    compiler,
    [
      ...Object.values(entries),
      ...['--declaration', '--emitDeclarationOnly', '--rewriteRelativeImportExtensions', '--ignoreConfig'],
      ...['--module', 'nodenext', '--target', 'es2023', '--strict', '--exactOptionalPropertyTypes'],
      ...['--skipLibCheck', '--types', 'node', '--rootDir', '../..', '--outDir', scratch],
    ],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const types = join(scratch, 'packages/client');
  const files = await readdir(types, { recursive: true });
  for (const file of files.filter((one) => one.endsWith('.d.ts'))) {
    const up = '../'.repeat(file.split('/').length - 1) || './';
    const text = await readFile(join(types, file), 'utf8');
    const target = join(folder, file);
    await mkdir(join(target, '..'), { recursive: true });
    await writeFile(
      target,
      text
        .replaceAll(
          /(['"])(?:@tidings\/protocol|[./]+\/features\/\w+\/contract\.ts)\1/g,
          `'${up}protocol.js'`,
        )
        // The compiler leaves the extensions of imports in declarations as they are.
        .replaceAll(/(from |import\()(['"])(\.[^'"]*)\.ts\2/g, "$1'$3.js'"),
    );
  }
  await writeFile(join(folder, 'protocol.d.ts'), protocolTypes());
  await writeFile(join(folder, 'protocol.js'), 'export {};\n');
}

async function manifest(): Promise<object> {
  const own = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  const { private: _, files: __, scripts: ___, devDependencies: ____, ...published } = own;
  return {
    ...published,
    exports: {
      ...Object.fromEntries(
        Object.entries(entries).map(([path, source]) => [
          path,
          { types: `./${built(source, '.d.ts')}`, default: `./${built(source, '.js')}` },
        ]),
      ),
      './package.json': './package.json',
    },
  };
}
