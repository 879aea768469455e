import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { runCommand } from '../../scripts/runCommand.ts';
import type { Results } from '../results.ts';
import { pageOf } from './page.ts';

const help = `npm run results

Writes docs/results.md and its charts of bench/results/latest.json, which npm run bench -- --json writes.
`;

const docs = new URL('../../docs/', import.meta.url);

await runCommand({ name: 'results', help }, async () => {
  const text = await readFile(new URL('./latest.json', import.meta.url), 'utf8');
  // Charts of benches that are gone are not to stay.
  await rm(new URL('results/', docs), { recursive: true, force: true });
  await mkdir(new URL('results/', docs), { recursive: true });
  for (const [path, content] of pageOf(JSON.parse(text) as Results)) {
    await writeFile(new URL(path, docs), content);
  }
});
