import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { features } from '../features/index.ts';

const root = new URL('..', import.meta.url);
const ours =
  /^(bench|bin|console|core|features|adapters|lambdas|lib|local|packages|publisher|scripts|testing)$/;
const filesBelow = (folder: string) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file}`)
    .filter((file) => /\.tsx?$/.test(file) && !/node_modules|\.(test|contract)\.tsx?$/.test(file));
const sources = readdirSync(root)
  .filter((folder) => ours.test(folder))
  .flatMap(filesBelow);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');

const anImport = /^(?:import|export)\s+(type\s)?(?:[^'"`;]*?from\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm;

/** What a file imports: packages by name, our files by path, with `type ` before what is gone at run time. */
const importsOf = (file: string): string[] =>
  [...read(file).matchAll(anImport)].map(([, type = '', named, dynamic]) => {
    const path = (named ?? dynamic ?? '').replace('#features', '../features/index.ts');
    return type + (path.startsWith('.') ? posix.join(posix.dirname(file), path) : path);
  });

/** The arrows: what the files of a folder may import, for a value or for a type. */
const arrows: Readonly<Record<string, RegExp>> = {
  'packages/protocol/': /^(type )?(packages\/protocol\/|zod$|zod\/)/,
  'packages/gateway/src/': /^(type )?(packages\/gateway\/src\/|ws$|node:)/,
  'packages/client/src/reactQuery/': /^(type )?(packages\/client\/src\/(?!react\/)|@tanstack\/react-query$)/,
  'packages/client/src/react/': /^(type )?(packages\/client\/src\/(?!reactQuery\/)|react$)/,
  // What a page loads has no schema code: of the protocol and of the app only their types.
  'packages/client/src/':
    /^(type @tidings\/protocol$|type features\/|(type )?(packages\/client\/src\/|react$|@tanstack\/react-query$))/,
  'core/': /^(type )?(core\/|@tidings\/protocol$|zod\/mini$|node:crypto$)/,
  'features/':
    /^(type )?(features\/(?!.*\/(adapters|lambdas)\/)|core\/|@tidings\/protocol$|zod\/mini$|node:crypto$)/,
  'adapters/':
    /^(type core\/|(type )?(adapters\/|core\/(ports|retry)\.ts$|@aws-sdk\/|@smithy\/|jose(\/|$)|undici(\/|$)|node:))/,
  'lambdas/':
    /^(type aws-lambda$|(type )?(lambdas\/|adapters\/|core\/|features\/index\.ts$|@tidings\/protocol(\/asyncapi)?$|node:))/,
  'publisher/': /^(type @tidings\/protocol$|(type )?(publisher\/|node:))/,
  'packages/create-tidings/src/': /^(type )?(packages\/create-tidings\/src\/|node:)/,
  'packages/cli/': /^(type @tidings\/protocol$|(type )?(packages\/cli\/|ws$|node:))/,
  'lib/': /^(type )?(lib\/|core\/|@tidings\/protocol$|zod\/mini$|aws-cdk-lib(\/|$)|constructs$|node:)/,
  'bin/': /^(type )?(lib|features)\//,
};

/** What features ask of their clients is loaded by pages, and has arrows of its own. */
const forClients = /^features\/([^/]+\/client|clients)\.ts$/;
/** So have a feature's ports to AWS, and the entry points of its own functions: those of the folders of these names. */
const forAws = /^features\/[^/]+\/(adapters|lambdas)\//;

function astrayIn(files: readonly string[], allowed: RegExp): string[] {
  return files
    .flatMap((file) => importsOf(file).map((name) => `${file} → ${name}`))
    .filter((arrow) => !allowed.test(arrow.replace(/^.* → /, '')));
}

/** Whoever judges a run, and whoever takes part in it, stands apart from what is judged. */
const simulated: Readonly<Record<string, RegExp>> = {
  // Nothing of the product, be it a type: a mistake in the one is not to hide in the other.
  oracle: /^(type )?test\/simulation\/oracle\//,
  // Devices of the simulation's own, with no code of the client or the server.
  users: /^(type core\/|(type )?test\/simulation\/((users|world)\/|journal\.ts$))/,
  // Pages have the shipped client, and nothing of the server.
  pages:
    /^(type core\/|(type )?(@tidings\/client|features\/clients\.ts$|test\/simulation\/((pages|users|world)\/|journal\.ts$)))/,
  // The world is the product and all around it, and knows no judge.
  world: /^(?!(type )?test\/simulation\/(oracle|pages)\/)/,
};

test.each(Object.entries(simulated))(
  'of the simulation, the %s import only what they may',
  (part, allowed) => {
    const files = filesBelow(`test/simulation/${part}`);
    expect(files.length).toBeGreaterThan(3);
    expect(astrayIn(files, allowed)).toEqual([]);
  },
);

test.each(Object.entries(arrows))('%s imports only what stands below it', (folder, allowed) => {
  const files = sources.filter((file) => file.startsWith(folder));
  expect(
    astrayIn(
      files.filter((file) => !forClients.test(file) && !forAws.test(file)),
      allowed,
    ),
  ).toEqual([]);
});

const awsArrows = {
  adapters:
    /^(type (core|features)\/|(type )?(features\/[^/]+\/adapters\/|adapters\/|core\/ports\.ts$|@aws-sdk\/|node:))/,
  lambdas: /^(type )?(features\/|lambdas\/|adapters\/|core\/|@tidings\/protocol$|node:)/,
};

test.each(Object.entries(awsArrows))('the %s of a feature import what those of all do', (folder, allowed) => {
  const files = sources.filter((file) => forAws.exec(file)?.[1] === folder);
  expect(files.length).toBeGreaterThan(2);
  expect(astrayIn(files, allowed)).toEqual([]);
});

test('what a feature asks of its clients imports the client, and of the feature only types', () => {
  const astray = sources
    .filter((file) => forClients.test(file))
    .flatMap((file) => importsOf(file).map((name) => [file, name] as const))
    .filter(([file, name]) => {
      const own = `type ${posix.dirname(file)}/contract.ts`;
      const isListed = file === 'features/clients.ts' && forClients.test(name);
      return !isListed && name !== own && !/^((type )?@tidings\/client|type @tidings\/protocol)$/.test(name);
    });
  expect(astray).toEqual([]);
});

test('the engine of the client names no feature', () => {
  const kinds = features.flatMap(({ topics = [] }) => topics.map(({ name }) => name));
  // `queue` is also what a request does that waits for a connection.
  const named = [...kinds.filter((kind) => kind !== 'queue'), '[a-z]+\\.[a-z][a-zA-Z.]+'].join('|');
  const aName = new RegExp(`^((${named})$|(${kinds.join('|')}):)`);
  expect(['room.send', 'client:', 'client:*', 'msp', 'queue:'].every((text) => aName.test(text))).toBe(true);
  const literals = (file: string) =>
    [
      ...read(file)
        .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|^(im|ex)port [^;]*? from .*/gm, '')
        .matchAll(/(['`])(.*?)\1/g),
    ].map(([, , text = '']) => text);
  const engine = sources.filter((file) =>
    /^packages\/client\/src\/([^/]+\.ts|(base|connection|requests|tabs|topics)\/)/.test(file),
  );
  // Its types are made of the contracts.
  const astray = engine
    .filter((file) => file !== 'packages/client/src/contract.ts')
    .flatMap((file) =>
      literals(file)
        .filter((text) => aName.test(text))
        .map((text) => `${file}: ${text}`),
    );
  expect(engine.length).toBeGreaterThan(30);
  expect(astray).toEqual([]);
});

/** The chapters of the engine, each of which may build on those before it, and all on what stands beside them. */
const chapters = ['log', 'work', 'connections', 'delivery', 'api'];

test('the chapters of the engine build on each other in one direction', () => {
  const upwards = sources
    .filter((file) => file.startsWith('core/'))
    .flatMap((file) => {
      const own = chapters.indexOf(file.split('/')[1] ?? '');
      return importsOf(file)
        .filter((path) => !path.startsWith('type ') && path.startsWith('core/'))
        .filter((path) => chapters.indexOf(path.split('/')[1] ?? '') > own)
        .map((path) => `${file} → ${path}`);
    });
  expect(upwards).toEqual([]);
});

test('no file that is run imports itself by way of others', () => {
  const all = new Map(
    sources.map((file) => [file, importsOf(file).filter((path) => !path.startsWith('type '))]),
  );
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, way: readonly string[]) => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' → '));
    if (done.has(file) || way.includes(file)) return;
    for (const next of all.get(file) ?? []) visit(next, [...way, file]);
    done.add(file);
  };
  for (const file of all.keys()) visit(file, []);
  expect(circles).toEqual([]);
});

test('nothing is built on the local stack but scripts and tests', () => {
  const builtOn = sources.filter((file) => importsOf(file).some((name) => /^(type )?local\//.test(name)));
  expect(builtOn.filter((file) => !/^(local|scripts|bench|testing)\//.test(file))).toEqual([]);
});

test('lambdas/wiring.ts is the only reader of the environment', () => {
  const readers = sources.filter((file) => /process\s*(\?\.|\.|\[\W)\s*env\b/.test(read(file)));
  const inside = readers.filter((file) => /^(core|features|adapters|lambdas)\//.test(file));
  expect(inside.filter((file) => file !== 'lambdas/wiring.ts')).toEqual([]);
});

test('the engine and the features have no clock and no chance of their own', () => {
  const own =
    /\b(Date\.now|new Date\(\)|setTimeout|setInterval|Math\.random|performance\.now|randomUUID|randomBytes)\b/;
  const inside = sources.filter((file) => /^(core|features)\//.test(file) && !forAws.test(file));
  expect(inside.length).toBeGreaterThan(80);
  // A ticket is a secret, which a seeded chance would give away.
  expect(inside.filter((file) => own.test(read(file)))).toEqual(['core/api/tickets.ts']);
});

/** What one feature needs of another; without the other it has to be left out too. */
const needed = ['engagement → jobs'];

test('a feature needs no other, but for what is written down', () => {
  const needs = sources
    .filter((file) => /^features\/[^/]+\//.test(file))
    .flatMap((file) => {
      const own = file.split('/')[1];
      return importsOf(file)
        .map((path) => /^(?:type )?features\/([^/]+)\//.exec(path)?.[1])
        .filter((other) => other !== undefined && other !== own)
        .map((other) => `${own} → ${other}`);
    });
  expect([...new Set(needs)].filter((need) => !needed.includes(need))).toEqual([]);
  expect(needed.filter((need) => !needs.includes(need))).toEqual([]);
});
