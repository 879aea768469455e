import { build } from 'esbuild';
import { expect, test } from 'vitest';

/** The files of ours that a function is built from. */
async function filesOf(entry: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    packages: 'external',
    alias: { '@tidings/protocol': './packages/protocol/src/index.ts' },
    format: 'esm',
    platform: 'node',
    write: false,
    metafile: true,
  });
  return Object.keys(metafile.inputs);
}

test('5.2: the contract’s document is in the function that serves it, and in no other', async () => {
  expect(await filesOf('lambdas/http.ts')).toContain('docs/asyncapi.json');
  for (const entry of ['message', 'connect', 'authorize', 'deliver']) {
    const files = await filesOf(`lambdas/${entry}.ts`);
    expect(files, entry).toContain('packages/protocol/src/actions.ts');
    expect(files, entry).not.toContain('docs/asyncapi.json');
  }
});

test('no function has what the document is written with', async () => {
  const writers = (await filesOf('lambdas/http.ts')).filter((file) => file.includes('protocol/asyncapi/'));
  expect(writers).toEqual([]);
});
