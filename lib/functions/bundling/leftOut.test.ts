import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { engineRoot } from '../appCode.ts';
import { edits, leaveOut } from './leftOut.ts';

const packages = join(engineRoot, 'node_modules');
const files = ['@aws-sdk', '@smithy'].flatMap((scope) =>
  readdirSync(join(packages, scope), { recursive: true, encoding: 'utf8' })
    .map((file) => `/${scope}/${file}`)
    .filter((file) => /\/dist-es\/.*\.js$/.test(file)),
);
const read = (file: string) => readFileSync(join(packages, file), 'utf8');
const leftOut = { ownDynamo: false, isOfTable: true };

test.each(edits.map(({ file }) => file))(
  'something is left out of %s of the SDK that is tested',
  (pattern) => {
    const found = files.filter((file) => pattern.test(file));
    expect(found.length).toBeGreaterThan(0);
    for (const file of found) expect(leaveOut(file, read(file), leftOut), file).not.toBe(read(file));
  },
);

test('for a feature’s own client of DynamoDB all of it is there', () => {
  const found = files.filter((file) =>
    /client-dynamodb\/dist-es\/(DynamoDBClient\.js|runtimeConfig\.shared|runtimeExtensions|schemas\/)|smithy-client\/command\.js/.test(
      file,
    ),
  );
  expect(found.length).toBeGreaterThan(1);
  for (const file of found)
    expect(leaveOut(file, read(file), { ownDynamo: true, isOfTable: false })).toBe(read(file));
});

interface Partition {
  readonly regionRegex: string;
  readonly regions: Readonly<Record<string, object>>;
}

async function partitionsIn(text: string): Promise<readonly Partition[]> {
  const module = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(text)}`);
  return module.partitionsInfo.partitions;
}

test('a region whose name is left out is found by its form, in the partition that it is of', async () => {
  const file = files.find((name) => name.endsWith('/lib/aws/partitions.js')) ?? '';
  const all = await partitionsIn(read(file));
  const left = await partitionsIn(leaveOut(file, read(file), leftOut));
  const gone = all.flatMap(({ regions }, n) =>
    Object.keys(regions)
      .filter((region) => !(region in (left[n]?.regions ?? {})))
      .map((region) => [region, n] as const),
  );
  expect(gone.length).toBeGreaterThan(30);
  for (const [region, n] of gone)
    expect([region, left.findIndex(({ regionRegex }) => new RegExp(regionRegex).test(region))]).toEqual([
      region,
      n,
    ]);
});

test('what another version of the SDK has otherwise is left as it is', () => {
  const other = 'import packageInfo from "../package.json";\nuse(packageInfo.version, packageInfo.name);\n';
  const file = '/node_modules/@aws-sdk/client-sqs/dist-es/runtimeConfig.js';
  expect(leaveOut(file, other, leftOut)).toBe(other);
  const strategies =
    'import { AdaptiveRetryStrategy } from "./a";\nuse(AdaptiveRetryStrategy);\nnew AdaptiveRetryStrategy();\n';
  expect(leaveOut('/core/middleware-retry/configurations.js', strategies, leftOut)).toBe(strategies);
  const command =
    'import { NormalizedSchema } from "@smithy/core/schema";\nNormalizedSchema.of(input$).isStructSchema();\n';
  expect(leaveOut('/smithy-client/command.js', command, leftOut)).toBe(command);
  const registry =
    'const n0_registry = new TypeRegistry(n0);\nn0_registry.registerError(\n  A$, A);\nexport const errorTypeRegistries = [n0_registry];\n';
  const schemas = '/client-dynamodb/dist-es/schemas/schemas_0.js';
  expect(leaveOut(schemas, registry, leftOut)).toBe(registry);
});
