import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Metafile } from 'esbuild';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { engineEntry, engineRoot } from './appCode.ts';
import { bundle } from './bundle.ts';
import { filesAtStart, filesOf } from './bundling/files.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidings-bundles-'));
afterAll(() => rmSync(folder, { recursive: true }));

const code = { root: engineRoot, entry: 'features/index.ts' };

const made = new Map<string, { readonly outdir: string; readonly metafile: Metafile }>();

function bundled(name: string) {
  const outdir = join(folder, name);
  const one = made.get(name) ?? { outdir, metafile: bundle({ code, entry: engineEntry(name), outdir }) };
  made.set(name, one);
  return one;
}

const bytesOf = ({ outputs }: Metafile, files: readonly string[]) =>
  files.reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0);

/** What code of these files is of, among the packages that not every start needs. */
function seldomIn({ outputs }: Metafile, files: readonly string[]): string[] {
  const inputs = files.flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));
  const packages = inputs.map(
    (path) =>
      /node_modules\/(jose|@aws-sdk\/(?:client-(?!dynamodb)|credential-provider-|middleware-endpoint-)[^/]+)/.exec(
        path,
      )?.[1],
  );
  return [...new Set(packages.filter((name) => name !== undefined))].sort();
}

// In bytes, minified: docs/decisions/0032-what-a-start-loads.md.
test.each([
  ['message', 300_000],
  ['connect', 300_000],
  ['authorize', 190_000],
  ['disconnect', 180_000],
])('a start of %s loads no more than it needs', (name, maxBytes) => {
  const { metafile } = bundled(name);
  const atStart = filesAtStart(metafile);
  expect(bytesOf(metafile, atStart)).toBeLessThan(maxBytes);
  expect(seldomIn(metafile, atStart)).toEqual([]);
});

test('what few requests need is loaded with its first use, and has no search for credentials', () => {
  const { metafile } = bundled('message');
  expect(seldomIn(metafile, filesOf(metafile))).toEqual([
    '@aws-sdk/client-apigatewaymanagementapi',
    '@aws-sdk/client-sqs',
    'jose',
  ]);
});

test('nothing is uploaded that a function never loads', () => {
  const { outdir, metafile } = bundled('authorize');
  expect(readdirSync(outdir).sort()).toEqual(
    filesOf(metafile)
      .map((file) => basename(file))
      .sort(),
  );
  expect(seldomIn(metafile, filesOf(metafile))).toEqual(['jose']);
});

/** What only clients need that speak another protocol than DynamoDB, or that DynamoDB's own would need. */
const others =
  /\/(HttpBindingProtocol|AwsRestJsonProtocol|AwsJson1_0Protocol|DynamoDBJsonCodec2|TypeRegistry|NormalizedSchema|httpExtensionConfiguration|date-utils)\.js/;

const inputsOf = ({ outputs }: Metafile, files: readonly string[]) =>
  files.flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));

test('a start loads nothing of the SDK that only the clients need which are loaded later', () => {
  const { metafile } = bundled('message');
  expect(inputsOf(metafile, filesAtStart(metafile)).filter((file) => others.test(file))).toEqual([]);
  const all = inputsOf(metafile, filesOf(metafile));
  expect(all.join()).toContain('AwsRestJsonProtocol.js');
  // Those have all of a command, which tells streams of events and leaves secrets out of a log.
  expect(all.filter((file) => /smithy-client\/command\.js/.test(file)).sort()).toEqual([
    expect.stringMatching(/command\.js$/),
    expect.stringMatching(/command\.js\?table$/),
  ]);
});

test('code that does not build is refused with what esbuild says', () => {
  const entry = join(folder, 'broken.ts');
  writeFileSync(entry, "import './gone.ts';\n");
  expect(() => bundle({ code, entry, outdir: join(folder, 'broken') })).toThrow(
    /broken\.ts cannot be bundled[\s\S]*Could not resolve "\.\/gone\.ts"/,
  );
});

/** A function of a feature with a client of DynamoDB of its own, beside the engine's. */
const ownClient = `
  import { DynamoDBClient, ListTablesCommand, TableInUseException } from '@aws-sdk/client-dynamodb';
  import { openTable } from ${JSON.stringify(join(engineRoot, 'adapters/dynamodb/connect.ts'))};
  import { systemClock as clock, systemRandom as random } from ${JSON.stringify(join(engineRoot, 'adapters/system.ts'))};

  export async function handler(endpoint) {
    const settings = { endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
    const table = openTable({ tableName: 't', clock, random }, settings);
    const known = await table.get({ pk: 'a', sk: 'b' });
    const refused = await new DynamoDBClient(settings).send(new ListTablesCommand({})).catch((error) => error);
    return { known, isOurs: refused instanceof TableInUseException };
  }`;

test('a feature’s own client of DynamoDB has all of it, and the engine’s works beside it', async () => {
  // Below the project's folder, where its packages are found.
  const own = mkdtempSync(join(engineRoot, 'node_modules/.tidings-own-'));
  onTestFinished(() => rmSync(own, { recursive: true }));
  const entry = join(own, 'entry.ts');
  writeFileSync(entry, ownClient);
  const metafile = bundle({ code, entry, outdir: own });
  expect(inputsOf(metafile, filesAtStart(metafile)).join()).toContain('DynamoDBJsonCodec2.js');
  const server = createServer((request, response) => {
    const isOwn = request.headers['x-amz-target'] === 'DynamoDB_20120810.ListTables';
    response.statusCode = isOwn ? 400 : 200;
    response.end(JSON.stringify(isOwn ? { __type: 'a#TableInUseException' } : { Item: { pk: { S: 'a' } } }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { handler } = await import(/* @vite-ignore */ pathToFileURL(join(own, 'index.mjs')).href);
  const answer = await handler(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  expect(answer).toEqual({ known: { pk: 'a' }, isOurs: true });
});
