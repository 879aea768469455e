import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { json } from 'node:stream/consumers';
import { type BuildOptions, build } from 'esbuild';
import { filesOf, ownUseOfDynamo } from './files.ts';
import { sdk } from './sdk.ts';

export interface BuildRequest {
  /** The file that exports `handler`. */
  readonly entry: string;
  readonly outdir: string;
  /** The project's folder, which all files of it are told from. */
  readonly root: string;
  /** The module with the app's list of features. */
  readonly features: string;
  /** Packages that functions have another module for. */
  readonly standIns: Readonly<Record<string, string>>;
  /** The engine's folder with the one client of DynamoDB that its functions have. */
  readonly engineTable: string;
}

/** Builds a function, and prints what its files are made of. */
async function main(): Promise<void> {
  const request = (await json(process.stdin)) as BuildRequest;
  const { metafile, outputFiles } = await built(request);
  const used = new Set(filesOf(metafile).map((file) => basename(file)));
  await mkdir(request.outdir, { recursive: true });
  const kept = outputFiles.filter(({ path }) => used.has(basename(path)));
  await Promise.all(
    kept.map(({ path, contents }) => writeFile(join(request.outdir, basename(path)), contents)),
  );
  process.stdout.write(JSON.stringify(metafile));
}

async function built(request: BuildRequest) {
  const slim = await build(options(request, { ownDynamo: false }));
  // A feature that has a client of DynamoDB for itself has all of it.
  const isOwn = ownUseOfDynamo(slim.metafile, request.root, request.engineTable);
  return isOwn ? build(options(request, { ownDynamo: true })) : slim;
}

const options = (
  { entry, outdir, root, features, standIns }: BuildRequest,
  { ownDynamo }: { readonly ownDynamo: boolean },
) =>
  ({
    absWorkingDir: root,
    entryPoints: { index: entry },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    minify: true,
    legalComments: 'none',
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // The SDK in the runtime has another version than the tested one, and loads more slowly than a bundled one: so it is
    // bundled, from its ES modules, of which esbuild leaves out what nothing uses.
    mainFields: ['module', 'main'],
    // The engine's functions are made of the app's list.
    alias: { '#features': features, ...standIns },
    plugins: [sdk({ ownDynamo })],
    // CommonJS inside of an ES module still calls `require` for Node's own modules. The long name is one that
    // minifying, which does not see the banner, would never give to something else.
    banner: {
      js: "import{createRequire as tidingsRequire}from'node:module';const require=tidingsRequire(import.meta.url);",
    },
    logLevel: 'warning',
  }) satisfies BuildOptions;

await main();
