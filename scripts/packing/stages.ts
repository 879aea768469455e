import { cp, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildConsole } from '../../console/build.ts';
import { root } from './emit.ts';

type Json = Readonly<Record<string, unknown>>;

const readJson = async (file: string): Promise<Json> =>
  JSON.parse(await readFile(join(root, file), 'utf8')) as Json;
const entry = (module: string) => ({ types: `${module}.d.ts`, default: `${module}.js` });

/** What of a package.json everybody may see. */
async function published(file: string, more: Json): Promise<Json> {
  const { name, version, description, license, type } = await readJson(file);
  return {
    name,
    version,
    description,
    license,
    type,
    sideEffects: false,
    engines: { node: '>=20.19' },
    ...more,
  };
}

/** Puts folders of what was built, and files of the repository, into a package, and its package.json. */
async function stage(
  folder: string,
  parts: {
    readonly built: readonly (readonly [from: string, to: string])[];
    readonly files: readonly (readonly [string, string])[];
  },
  manifest: Json,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [from, to] of parts.built) await cp(from, join(folder, to), { recursive: true });
  for (const [from, to] of [['LICENSE', 'LICENSE'] as const, ...parts.files])
    await cp(join(root, from), join(folder, to), { recursive: true });
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

/** A package whose folder is built as it stands. */
async function stageFolder(
  built: string,
  folder: string,
  name: string,
  { document, exports }: { readonly document: string; readonly exports: Json },
): Promise<void> {
  const own = `packages/${name}`;
  const { dependencies } = await readJson(`${own}/package.json`);
  await stage(
    folder,
    { built: [[join(built, own), '.']], files: [[`${own}/${document}`, document]] },
    await published(`${own}/package.json`, {
      exports: { '.': entry('./src/index'), ...exports, './package.json': './package.json' },
      dependencies,
    }),
  );
}

export const stageProtocol = (built: string, folder: string): Promise<void> =>
  stageFolder(built, folder, 'protocol', {
    document: 'PROTOCOL.md',
    exports: { './asyncapi': entry('./asyncapi/index') },
  });

export const stageGateway = (built: string, folder: string): Promise<void> =>
  stageFolder(built, folder, 'gateway', { document: 'README.md', exports: {} });

const tidingsFolders = [
  'adapters',
  'core',
  'features',
  'lambdas',
  'lib',
  'local',
  'scripts',
  'publisher',
  'testing',
  'packages/cli',
];

/** What a team reads that builds an app. */
const tidingsDocuments = [
  'ARCHITECTURE.md',
  'docs/app.md',
  'docs/console.md',
  'docs/deploying.md',
  'docs/identity.md',
  'docs/local.md',
  'docs/operating.md',
  'docs/runbook.md',
  'docs/reference.md',
  'docs/upgrading.md',
];

/** The engine with its features, constructs, local stack and command, each file where the repository has it. */
export async function stageTidings(built: string, folder: string): Promise<void> {
  const own = await readJson('package.json');
  const peers = { 'aws-cdk-lib': '^2.276.0', constructs: '^10.8.1' };
  await stage(
    folder,
    {
      built: [
        ...tidingsFolders.map((name) => [join(built, name), name] as const),
        [await buildConsole(), 'console/dist'],
      ],
      files: [
        ['packages/tidings/README.md', 'README.md'],
        ...tidingsDocuments.map((name) => [name, name] as const),
        ['packages/cli/bin', 'packages/cli/bin'],
        ['packages/cli/package.json', 'packages/cli/package.json'],
      ],
    },
    await published('packages/tidings/package.json', {
      bin: { tidings: './packages/cli/bin/tidings.mjs' },
      imports: { '#features': './features/index.js' },
      exports: {
        '.': entry('./core/api/forFeatures'),
        './cdk': entry('./lib/index'),
        './functions': entry('./lambdas/forFeatures'),
        './testing': entry('./testing/index'),
        './publisher': entry('./publisher/index'),
        './features/*/client': entry('./features/*/client'),
        './features/*/contract': entry('./features/*/contract'),
        './features/*': entry('./features/*/index'),
        './package.json': './package.json',
      },
      dependencies: await dependenciesOf(built, own, Object.keys(peers)),
      optionalDependencies: own.optionalDependencies,
      peerDependencies: peers,
    }),
  );
}

/** What the built files import, at the versions that the repository is tested with. */
async function dependenciesOf(built: string, own: Json, peers: readonly string[]): Promise<Json> {
  const [cli, release] = [
    await readJson('packages/cli/package.json'),
    await readJson('packages/tidings/package.json'),
  ];
  const versions: Json = Object.assign({}, own.devDependencies, own.dependencies, cli.dependencies);
  const names = new Set(['tsx']);
  for (const folder of tidingsFolders) {
    for (const file of await readdir(join(built, folder), { recursive: true })) {
      if (!file.endsWith('.js')) continue;
      const text = await readFile(join(built, folder, file), 'utf8');
      for (const [, name = ''] of text.matchAll(
        /(?:^import .*|from |import\()'((?:@[\w-]+\/)?[\w-]+)[^']*'/gm,
      ))
        names.add(name);
    }
  }
  const needed = [...names].filter((name) => name !== 'node' && !peers.includes(name)).toSorted(byName);
  return Object.fromEntries(
    needed.map((name) => {
      const version = name.startsWith('@tidings/') ? release.version : versions[name];
      if (version === undefined) throw new Error(`${name} is imported, and is no dependency of package.json`);
      return [name, version];
    }),
  );
}

const byName = (a: string, b: string) => (a < b ? -1 : 1);

export async function stageCreate(built: string, folder: string): Promise<void> {
  await stage(
    folder,
    {
      built: [[join(built, 'packages/create-tidings'), '.']],
      files: [
        ['packages/create-tidings/template', 'template'],
        ['packages/create-tidings/README.md', 'README.md'],
        ['packages/create-tidings/bin', 'bin'],
      ],
    },
    await published('packages/create-tidings/package.json', {
      bin: { 'create-tidings': './bin/createTidings.mjs' },
    }),
  );
  for (const file of await readdir(join(folder, 'template'), { recursive: true })) {
    const path = join(folder, 'template', file);
    if (file.endsWith('.test.ts')) await rename(path, `${path}.txt`);
  }
}
