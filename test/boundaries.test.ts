import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { filesBelow, importsOf, read, sources } from './support/sources.ts';

/** The arrows: what the files of a folder may import, for a value or for a type. */
const arrows: Readonly<Record<string, RegExp>> = {
  'packages/protocol/': /^(type )?(packages\/protocol\/|zod$|zod\/)/,
  'packages/gateway/src/': /^(type )?(packages\/gateway\/src\/|ws$|node:)/,
  'packages/client/src/reactQuery/': /^(type )?(packages\/client\/src\/(?!react\/)|@tanstack\/react-query$)/,
  'packages/client/src/react/': /^(type )?(packages\/client\/src\/(?!reactQuery\/)|react$)/,
  // What a page loads has no schema code: of the protocol and of the app only their types.
  'packages/client/src/features/':
    /^(type @tidings\/protocol$|type features\/|(type )?packages\/client\/src\/)/,
  'packages/client/src/(?!features/)':
    /^(type @tidings\/protocol$|(type )?(packages\/client\/src\/|react$|@tanstack\/react-query$))/,
  'core/': /^(type )?(core\/|@tidings\/protocol$|zod\/mini$|node:crypto$)/,
  'features/':
    /^(type )?(features\/(?!.*\/(adapters|lambdas)\/)|core\/|@tidings\/protocol$|zod\/mini$|node:crypto$)/,
  'adapters/':
    /^(type core\/|(type )?(adapters\/|core\/(metrics|ports|retry)\.ts$|@aws-sdk\/|@smithy\/|jose(\/|$)|node:))/,
  'lambdas/':
    /^(type aws-lambda$|(type )?(lambdas\/|adapters\/|core\/|features\/index\.ts$|@tidings\/protocol(\/asyncapi)?$|node:))/,
  // What a page loads, as an app of its own would: nothing of the server but types.
  'console/src/':
    /^(type @tidings\/protocol$|(type )?(console\/src\/|@tidings\/client(\/|$)|features\/([^/]+\/client|clients)\.ts$|(react|react-dom|wouter|cmdk|oauth4webapi|@cfworker\/json-schema)(\/|$)))/,
  'console/build\\.ts$': /^(vite$|node:)/,
  'publisher/': /^(type @tidings\/protocol$|(type )?(publisher\/|node:))/,
  'packages/create-tidings/src/': /^(type )?(packages\/create-tidings\/src\/|node:)/,
  'packages/cli/': /^(type @tidings\/protocol$|(type )?(packages\/cli\/|@aws-sdk\/client-|ws$|node:))/,
  'lib/functions/bundl(e\\.ts$|ing/)': /^(type )?(lib\/|esbuild$|node:)/,
  'lib/(?!functions/bundle\\.ts$|functions/bundling/)':
    /^(type )?(lib\/|core\/|@tidings\/protocol$|zod\/mini$|aws-cdk-lib(\/|$)|constructs$|node:)/,
  'bin/': /^(type )?(lib|features)\//,
};

/** What features ask of their clients is loaded by pages, and has arrows of its own. */
const forClients = /^features\/([^/]+\/client|clients)\.ts$/;
/** So have a feature's ports to AWS, and the entry points of its own functions: those of the folders of these names. */
const forAws = /^features\/[^/]+\/(adapters|lambdas)\//;

function astrayIn(files: readonly string[], allowed: RegExp, textOf = read): string[] {
  return files
    .flatMap((file) => importsOf(file, textOf).map((name) => `${file} → ${name}`))
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

test.each([
  ['oracle', 'type core/ports.ts'],
  ['users', 'core/retry.ts'],
  ['pages', 'type test/simulation/oracle/oracle.ts'],
  ['world', 'test/simulation/oracle/oracle.ts'],
])('were one of the %s to import %s, it would be found', (part, bad) => {
  const [, type = '', path = ''] = /^(type )?(.*)/.exec(bad) ?? [];
  const file = `test/simulation/${part}/made.ts`;
  const text = `import ${type}{ one } from '../../../${path}';\nimport { two } from './other.ts';\n`;
  expect(astrayIn([file], simulated[part] ?? /^/, () => text)).toEqual([`${file} → ${bad}`]);
});

test.each(Object.entries(arrows))('%s imports only what stands below it', (folder, allowed) => {
  const files = sources.filter((file) => new RegExp(`^${folder}`).test(file));
  expect(files.length).toBeGreaterThan(0);
  expect(
    astrayIn(
      files.filter((file) => !forClients.test(file) && !forAws.test(file)),
      allowed,
    ),
  ).toEqual([]);
});

const awsArrows = {
  adapters:
    /^(type (core|features)\/|(type )?(features\/[^/]+\/adapters\/|adapters\/|core\/ports\.ts$|@aws-sdk\/|@smithy\/|node:))/,
  lambdas: /^(type )?(features\/|lambdas\/|adapters\/|core\/|@tidings\/protocol$|node:)/,
};

test.each(Object.entries(awsArrows))('the %s of a feature import what those of all do', (folder, allowed) => {
  const files = sources.filter((file) => forAws.exec(file)?.[1] === folder);
  expect(files.length).toBeGreaterThan(1);
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

/** The chapters of the engines, each of which may build on those before it. */
const chapters = {
  core: ['log', 'work', 'connections', 'delivery', 'api'],
  'packages/client/src': [
    'base',
    'options.ts',
    'connection',
    'requests',
    'topics',
    'features',
    'tabs',
    'react',
    'reactQuery',
  ],
};

/** What is imported for a value by a lower chapter. What stands beside them is lowest in `core`, and highest in the client. */
function upwardsIn(engine: keyof typeof chapters, files: readonly string[], textOf = read): string[] {
  const rank = (file: string) => {
    const own = chapters[engine].indexOf(file.slice(engine.length + 1).split('/')[0] ?? '');
    return own === -1 && engine !== 'core' ? Number.POSITIVE_INFINITY : own;
  };
  return files
    .filter((file) => file.startsWith(`${engine}/`))
    .flatMap((file) =>
      importsOf(file, textOf)
        .filter((path) => path.startsWith(`${engine}/`) && rank(path) > rank(file))
        .map((path) => `${file} → ${path}`),
    );
}

test.each(['core', 'packages/client/src'] as const)(
  'the chapters of %s build on each other in one direction',
  (engine) => {
    expect(upwardsIn(engine, sources)).toEqual([]);
    const [low, high] = [
      `${engine}/${chapters[engine][0]}/it.ts`,
      `${engine}/${chapters[engine][3]}/other.ts`,
    ];
    const climbs = () => `import { one } from '../${chapters[engine][3]}/other.ts';`;
    expect(upwardsIn(engine, [low], climbs)).toEqual([`${low} → ${high}`]);
    expect(upwardsIn(engine, [high], () => `import { one } from './other.ts';`)).toEqual([]);
  },
);

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

test('the command line loads a client of AWS only where it is used', () => {
  const files = sources.filter((file) => file.startsWith('packages/cli/'));
  const early = /^(import|export)\s(?!type\s)[^;(]*?'@aws-sdk\//m;
  expect(files.filter((file) => early.test(read(file)))).toEqual([]);
  expect(files.filter((file) => /await import\('@aws-sdk\//.test(read(file)))).not.toEqual([]);
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
