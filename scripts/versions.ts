import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { runCommand } from './runCommand.ts';

const help = `Makes the next version of what .changeset notes, one for all packages, with its changelog.

  npm run versions

  --help          this text

Commit what it changed and tag it vVERSION: the release workflow publishes what is tagged.
`;

await runCommand({ name: 'versions', help, options: {} }, async () => {
  await run('npx', 'changeset', 'version');
  const released = await readFile(new URL('../packages/tidings/package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(released) as { version: string };
  const file = new URL('../core/api/version.ts', import.meta.url);
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/version = '[^']*'/, `version = '${version}'`));
  await run('npm', 'install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund');
});

async function run(program: string, ...words: readonly string[]): Promise<void> {
  const child = spawn(program, words, { stdio: 'inherit' });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${code}`);
}
