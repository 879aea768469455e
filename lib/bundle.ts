import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { buildSync, type Metafile } from 'esbuild';
import { type AppCode, engineEntry, lockfileOf } from './appCode.ts';

export interface BundleProps {
  readonly code: AppCode;
  /** The file that exports `handler`. */
  readonly entry: string;
  /** The folder that gets `index.mjs`, and what it loads. */
  readonly outdir: string;
}

/**
 * Puts a function together as it is deployed. What the code imports by `import(…)` is a file of its own, which a start
 * does not load: what few requests need costs the others nothing. The CDK's `NodejsFunction` makes one file only.
 *
 * @returns what the files are made of
 */
export function bundle({ code, entry, outdir }: BundleProps): Metafile {
  const { metafile, outputFiles } = buildSync({
    absWorkingDir: dirname(lockfileOf(code.root)),
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
    alias: {
      // The engine's functions are made of the app's list.
      '#features': join(code.root, code.entry),
      '@aws-sdk/credential-provider-node': engineEntry('noCredentialSearch'),
      '@aws-sdk/middleware-endpoint-discovery': engineEntry('noEndpointDiscovery'),
    },
    // CommonJS inside of an ES module still calls `require` for Node's own modules. The long name is one that
    // minifying, which does not see the banner, would never give to something else.
    banner: {
      js: "import{createRequire as tidingsRequire}from'node:module';const require=tidingsRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  const used = new Set(filesOf(metafile).map((file) => basename(file)));
  mkdirSync(outdir, { recursive: true });
  for (const { path, contents } of outputFiles) {
    if (used.has(basename(path))) writeFileSync(join(outdir, basename(path)), contents);
  }
  return metafile;
}

type Kind = Metafile['outputs'][string]['imports'][number]['kind'];

/** What a start loads: the entry and what it imports by statements. */
export const filesAtStart = (metafile: Metafile): readonly string[] =>
  reached(metafile, ['import-statement']);

/**
 * All that a function may load. esbuild also makes files of what is imported by code that it leaves out.
 */
export const filesOf = (metafile: Metafile): readonly string[] =>
  reached(metafile, ['import-statement', 'dynamic-import']);

function reached({ outputs }: Metafile, kinds: readonly Kind[]): readonly string[] {
  const files = new Set(Object.keys(outputs).filter((file) => basename(file) === 'index.mjs'));
  for (const file of files) {
    for (const { path, kind, external } of outputs[file]?.imports ?? []) {
      if (kinds.includes(kind) && !external) files.add(path);
    }
  }
  return [...files];
}
