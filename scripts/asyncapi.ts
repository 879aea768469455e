import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { contractFiles } from './contractFiles.ts';

const usage = `Writes the contract's documents from its schemas.

  npm run asyncapi -- [options]

  --check   write nothing; fail if a document is not what the schemas say
  --help    this text
`;

const root = new URL('..', import.meta.url);

const options = readOptions();
if (options?.help) process.stdout.write(usage);
else if (options) await run(options.check === true);

function readOptions() {
  try {
    return parseArgs({ options: { check: { type: 'boolean' }, help: { type: 'boolean' } } }).values;
  } catch (error) {
    console.error(
      `${error instanceof Error ? error.message : String(error)}\nSee npm run asyncapi -- --help.`,
    );
    process.exitCode = 2;
    return undefined;
  }
}

async function run(check: boolean): Promise<void> {
  for (const [path, text] of Object.entries(contractFiles())) {
    const file = new URL(path, root);
    if ((await readFile(file, 'utf8').catch(() => undefined)) === text) continue;
    if (check) {
      console.error(`${path} is not what the schemas say: run npm run asyncapi.`);
      process.exitCode = 1;
    } else {
      await writeFile(file, text);
      console.error(`${path} is written.`);
    }
  }
}
