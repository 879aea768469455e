import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync, type Metafile } from 'esbuild';
import { engineEntry, engineRoot, moduleFile } from '../../lib/functions/appCode.ts';
import { bundle } from '../../lib/functions/bundle.ts';
import { filesAtStart } from '../../lib/functions/bundling/files.ts';

/** A function as it is deployed. */
export interface Bundled {
  readonly path: string;
  /** By what they are of: a package, or a folder of ours. Minified, of what a start loads. */
  readonly bytes: ReadonlyMap<string, number>;
}

const code = { root: engineRoot, entry: 'features/index.ts' };
const client = fileURLToPath(new URL('./clientFunction.ts', import.meta.url));

/** The folder of what is bundled here, which the end of this process takes with it. */
let made: string | undefined;
function folder(name: string): string {
  if (made === undefined) {
    const own = mkdtempSync(join(tmpdir(), 'tidings-bench-'));
    process.once('exit', () => rmSync(own, { recursive: true }));
    made = own;
  }
  const outdir = join(made, name);
  mkdirSync(outdir, { recursive: true });
  return outdir;
}

function bundled(entry: string): Bundled {
  const outdir = folder(basename(entry));
  const metafile = bundle({ code, entry, outdir });
  return { path: join(outdir, 'index.mjs'), bytes: bytesOf(metafile, filesAtStart(metafile)) };
}

export const bundledEngine = (name: string): Bundled => bundled(engineEntry(name));

/** The function of a feature. @param module its path in this folder, without the file's ending */
export const bundledWorker = (module: string): Bundled => bundled(moduleFile(join(engineRoot, module)));

/** A function with nothing but the client of DynamoDB, by the same bundler. */
export const bundledClient = (): Bundled => bundled(client);

/** The same as esbuild makes it of its own accord, which is what the CDK's `NodejsFunction` does. */
export function usualClient(): Bundled {
  const path = join(folder('usual'), 'index.mjs');
  const { metafile } = buildSync({
    entryPoints: [client],
    outfile: path,
    bundle: true,
    minify: true,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
  });
  return { path, bytes: bytesOf(metafile, Object.keys(metafile.outputs)) };
}

function bytesOf({ outputs }: Metafile, files: readonly string[]): ReadonlyMap<string, number> {
  const bytes = new Map<string, number>();
  const add = (part: string, more: number) => bytes.set(part, (bytes.get(part) ?? 0) + more);
  for (const output of files.flatMap((file) => outputs[file] ?? [])) {
    const parts = Object.entries(output.inputs);
    for (const [input, { bytesInOutput }] of parts) add(partOf(input), bytesInOutput);
    // What esbuild adds: imports between the files, and helpers.
    add('bundler', output.bytes - parts.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0));
  }
  return bytes;
}

function partOf(input: string): string {
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input) ?? [];
  if (name === undefined)
    return /(?:^|\/)(core|features|adapters|lambdas|packages\/protocol)\//.exec(input)?.[1] ?? 'own';
  if (name === 'zod' || name.startsWith('@aws-sdk/lib-') || name === '@aws-sdk/util-dynamodb')
    return name.replace(/^@aws-sdk\/util-dynamodb$/, '@aws-sdk/lib-dynamodb');
  return 'client of DynamoDB';
}
