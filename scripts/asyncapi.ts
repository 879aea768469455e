import { readFile, writeFile } from 'node:fs/promises';
import { contractFiles } from './contractFiles.ts';
import { runCommand } from './runCommand.ts';

const help = `Writes the contract's documents from its schemas.

  npm run asyncapi -- [options]

  --check   write nothing; fail if a document is not what the schemas say
  --help    this text
`;

const root = new URL('..', import.meta.url);

const options = { check: { type: 'boolean', default: false } } as const;

await runCommand({ name: 'asyncapi', help, options }, async ({ values: { check } }) => {
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
});
