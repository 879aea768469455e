import { resolve } from 'node:path';
import { runCommand, WrongUsage } from './runCommand.ts';

const help = `Builds what is published, and packs it as npm would upload it.

  npm run pack -- --out DIR

  --out DIR   where the packed files go; it is made if it is not there
  --help      this text

Prints a line for each packed file. An app is made of them with npm create tidings NAME -- --packages DIR.
`;

await runCommand(
  { name: 'pack', help, options: { out: { type: 'string' } } },
  async ({ values: { out } }) => {
    if (!out) throw new WrongUsage('--out is missing: the folder for the packed files.');
    // Loaded here: the tools take a second, which a wrong option need not wait for.
    const { packAll } = await import('./packing/packAll.ts');
    for await (const file of packAll(resolve(out))) process.stdout.write(`${file}\n`);
  },
);
