import { build } from 'esbuild';
import { expect, test } from 'vitest';

/** The files of ours that a function is built from. */
async function filesOf(entry: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    packages: 'external',
    alias: {
      '@tidings/protocol/asyncapi': './packages/protocol/asyncapi/index.ts',
      '@tidings/protocol': './packages/protocol/src/index.ts',
    },
    format: 'esm',
    platform: 'node',
    write: false,
    metafile: true,
  });
  return Object.keys(metafile.inputs);
}

test('5.2: what writes the contract’s document is in the function that serves it, and in no other', async () => {
  const writers = async (entry: string) =>
    (await filesOf(`lambdas/${entry}.ts`)).filter((file) => file.includes('protocol/asyncapi/'));
  expect(await writers('http')).toContain('packages/protocol/asyncapi/asyncapiDocument.ts');
  for (const entry of ['message', 'connect', 'authorize', 'deliver']) {
    expect(await filesOf(`lambdas/${entry}.ts`), entry).toContain('packages/protocol/src/contract.ts');
    expect(await writers(entry), entry).toEqual([]);
  }
});
