import { basename, dirname, join } from 'node:path';
import type { Metafile } from 'esbuild';

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

const sdkFile = /node_modules\/@(?:aws-sdk|smithy)\//;
const dynamo = /node_modules\/@aws-sdk\/(?:client|lib)-dynamodb\//;

/**
 * Whether other code than the engine's has a client of DynamoDB, a feature's or that of a package.
 *
 * @param root what the files are told from
 * @param engineTable the folder of the engine's own use
 */
export const ownUseOfDynamo = ({ inputs }: Metafile, root: string, engineTable: string): boolean =>
  Object.entries(inputs).some(
    ([file, { imports }]) =>
      !sdkFile.test(file) &&
      dirname(join(root, file)) !== engineTable &&
      imports.some(({ path }) => dynamo.test(path)),
  );
