import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { metadataKeys } from '../../lib/functions/tidingsFunction.ts';
import { testStage } from '../infra/template.ts';

/** What `npm run synth` wrote: the very files that `cdk deploy` uploads. */
const out = new URL('../../cdk.out/', import.meta.url);
const read = (file: string) => JSON.parse(readFileSync(new URL(file, out), 'utf8'));
if (!existsSync(new URL('Tidings-dev.template.json', out))) throw new Error('Run npm run synth first.');

interface FunctionResource {
  readonly Type: string;
  readonly Metadata?: Readonly<Record<string, string>>;
  readonly Properties: { readonly Code: { readonly S3Key: string } };
}

const { files } = read('Tidings-dev.assets.json');
const resources = Object.values(
  read('Tidings-dev.template.json').Resources as Record<string, FunctionResource>,
);
const settings = JSON.stringify({ ...testStage().settings, metrics: false });
const bundles = new Map(
  resources.flatMap(({ Type, Metadata, Properties }) => {
    const entry = Metadata?.[metadataKeys.entry];
    if (Type !== 'AWS::Lambda::Function' || !entry) return [];
    const { source } = files[Properties.Code.S3Key.replace('.zip', '')];
    return [[entry, fileURLToPath(new URL(`${source.path}/index.mjs`, out))]];
  }),
);

/** Runs code in a process of its own, as Lambda does; `load(entry)` imports a bundle. */
async function inNode(code: string, environment: Record<string, string> = {}): Promise<unknown> {
  const load = `const bundles = ${JSON.stringify(Object.fromEntries(bundles))}; const load = (entry) => import(bundles[entry]);`;
  const env = { PATH: process.env.PATH ?? '', NODE_NO_WARNINGS: '1', ...environment };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', `${load}\n${code}`],
    { env },
  );
  return JSON.parse(stdout);
}

test('every function that is deployed loads as it was bundled, without any setting', async () => {
  const kinds = await inNode(`
    const kinds = await Promise.all(Object.keys(bundles).map(async (entry) => [entry, typeof (await load(entry)).handler]));
    console.log(JSON.stringify(Object.fromEntries(kinds)));`);
  expect(bundles.size).toBeGreaterThan(6);
  expect(kinds).toEqual(Object.fromEntries([...bundles.keys()].map((entry) => [entry, 'function'])));
});

test('a bundled function signs with the credentials of its environment, reaches the table and tries again', async () => {
  const seen: { operation: unknown; signed: unknown; attempt: unknown }[] = [];
  const database = createServer(({ headers }, response) => {
    const status = seen.length === 0 ? 500 : 200;
    seen.push({
      ...{ operation: headers['x-amz-target'], signed: headers.authorization },
      attempt: headers['amz-sdk-request'],
    });
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
  });
  await new Promise<void>((resolve) => database.listen(0, '127.0.0.1', resolve));
  const answer = await inNode(
    `const { handler } = await load('lambdas/disconnect.ts');
     console.log(JSON.stringify(await handler({ requestContext: { connectionId: 'c1' } })));`,
    {
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'KEYOFTHEFUNCTION',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${(database.address() as AddressInfo).port}`,
      TABLE_NAME: 'table',
      DELIVERY_QUEUE_URL: 'http://127.0.0.1:9/queue',
    },
  );
  database.close();
  database.closeAllConnections();
  expect(answer).toEqual({ statusCode: 200 });
  const signed = expect.stringContaining('Credential=KEYOFTHEFUNCTION/');
  const operation = 'DynamoDB_20120810.UpdateItem';
  expect(seen).toEqual([
    { operation, signed, attempt: 'attempt=1; max=3' },
    { operation, signed, attempt: 'attempt=2; max=3' },
  ]);
});

test('a bundled function loads what it posts with, and posts', async () => {
  const posted: unknown[] = [];
  const connections = createServer(async (request, response) => {
    posted.push([request.url, await text(request)]);
    response.end();
  });
  await new Promise<void>((resolve) => connections.listen(0, '127.0.0.1', resolve));
  const unit = { frame: '{"a":1}', to: ['c1', 'c2'], round: 0, kind: 'event', part: '0' };
  const answer = await inNode(
    `const { handler } = await load('lambdas/deliver.ts');
     const record = { messageId: 'm', body: ${JSON.stringify(JSON.stringify(unit))}, attributes: {} };
     console.error = () => {};
     console.log(JSON.stringify(await handler({ Records: [record] })));`,
    {
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'KEYOFTHEFUNCTION',
      AWS_SECRET_ACCESS_KEY: 'secret',
      TABLE_NAME: 'table',
      MANAGEMENT_URL: `http://127.0.0.1:${(connections.address() as AddressInfo).port}/dev`,
      DELIVERY_QUEUE_URL: 'http://127.0.0.1:9/queue',
      SETTINGS: settings,
    },
  );
  connections.close();
  connections.closeAllConnections();
  expect(answer).toEqual({ batchItemFailures: [] });
  expect(posted).toEqual(['c1', 'c2'].map((id) => [`/dev/@connections/${id}`, unit.frame]));
});
