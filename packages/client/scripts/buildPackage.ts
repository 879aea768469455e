import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { nameSources } from './nameSources.ts';
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
    await writeCode(folder);
    await writeTypes(folder, scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  for (const file of ['README.md', 'RECIPES.md', 'API.md', '../../LICENSE']) {
    await cp(join(root, file), join(folder, file.replace(/^.*\//, '')));
  }
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(await manifest(), undefined, 2)}\n`);
}

/** ES modules, and CommonJS beside them: the entry points of each share what they have in common. */
async function writeCode(folder: string): Promise<void> {
  const input = Object.values(entries).map((source) => [built(source, ''), join(root, source)]);
  const bundle = await rolldown({
    input: Object.fromEntries(input),
    platform: 'neutral',
    external: [/^[^./]/],
    transform: { target: 'es2022' },
  });
  for (const format of ['esm', 'cjs'] as const) {
    await bundle.write({
      dir: format === 'esm' ? folder : join(folder, 'cjs'),
      format,
      exports: 'named',
      sourcemap: true,
      entryFileNames: '[name].js',
      chunkFileNames: 'chunks/[name]-[hash].js',
      // Hooks run where a component does: https://react.dev/reference/rsc/use-client
      banner: ({ name }) => (name === 'src/react/index' ? "'use client';" : ''),
    });
  }
  await bundle.close();
  await nameSources(folder, join(root, '../..'));
  await writeFile(join(folder, 'cjs/package.json'), '{ "type": "commonjs" }\n');
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
  // The same declarations, which are those of CommonJS there.
  for (const file of await readdir(folder, { recursive: true })) {
    if (file.endsWith('.d.ts')) await cp(join(folder, file), join(folder, 'cjs', file));
  }
}

const files = (module: string) => ({ types: `${module}.d.ts`, default: `${module}.js` });

async function manifest(): Promise<object> {
  const own = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  const { private: _, files: __, scripts: ___, devDependencies: ____, ...published } = own;
  return {
    ...published,
    exports: {
      ...Object.fromEntries(
        Object.entries(entries).map(([path, source]) => [
          path,
          {
            import: files(`./${built(source, '')}`),
            require: files(`./cjs/${built(source, '')}`),
          },
        ]),
      ),
      './package.json': './package.json',
    },
  };
}
