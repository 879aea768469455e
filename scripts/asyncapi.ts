import { readFile, writeFile } from 'node:fs/promises';
import { contractFiles } from './contractFiles.ts';
import { readOptions, WrongUsage } from './readOptions.ts';

const usage = `Writes the contract's documents from its schemas.

  npm run asyncapi -- [options]

  --check   write nothing; fail if a document is not what the schemas say
  --help    this text
`;

const root = new URL('..', import.meta.url);

try {
  const { values } = readOptions('asyncapi', {
    options: { check: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (values.help) process.stdout.write(usage);
  else await run(values.check === true);
} catch (error) {
  if (!(error instanceof WrongUsage)) throw error;
  console.error(error.message);
  process.exitCode = 2;
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
