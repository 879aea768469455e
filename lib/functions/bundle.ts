import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { buildSync, type Metafile } from 'esbuild';
import { type AppCode, engineEntry, engineRoot, lockfileOf, moduleFile } from './appCode.ts';
import type { BuildRequest } from './bundling/build.ts';

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
 * The CDK waits for no promise, and esbuild's plugins need one: so a process of its own does the work.
 *
 * @returns what the files are made of
 * @throws Error with esbuild's own messages, where the code does not build
 */
export function bundle({ code, entry, outdir }: BundleProps): Metafile {
  const request: BuildRequest = {
    ...{ entry, outdir },
    root: dirname(lockfileOf(code.root)),
    features: join(code.root, code.entry),
    standIns: {
      '@aws-sdk/credential-provider-node': engineEntry('noCredentialSearch'),
      '@aws-sdk/middleware-endpoint-discovery': engineEntry('noEndpointDiscovery'),
    },
    engineTable: join(engineRoot, 'adapters/dynamodb'),
  };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', program()],
    {
      // Where esbuild is found. An app's own options for Node may name what is not found from here.
      ...{ cwd: engineRoot, env: { ...process.env, NODE_OPTIONS: '' } },
      ...{ input: JSON.stringify(request), encoding: 'utf8', maxBuffer: 1e9 },
    },
  );
  if (status !== 0) throw new Error(`${entry} cannot be bundled\n${stderr}`);
  process.stderr.write(stderr);
  return JSON.parse(stdout) as Metafile;
}

let made: string | undefined;

/** `bundling/build.ts` as JavaScript in one text, of its source or of what is published of it. */
function program(): string {
  const entryPoints = [moduleFile(join(engineRoot, 'lib/functions/bundling/build'))];
  const options = { bundle: true, packages: 'external', platform: 'node', format: 'esm' } as const;
  made ??= buildSync({ entryPoints, ...options, write: false }).outputFiles[0]?.text ?? '';
  return made;
}
