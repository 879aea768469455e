import { readFile, writeFile } from 'node:fs/promises';

// The version that `changeset version` has given all packages, to where it stands outside of their package.json.
const { version } = JSON.parse(
  await readFile(new URL('../packages/tidings/package.json', import.meta.url), 'utf8'),
) as { version: string };
const file = new URL('../core/api/version.ts', import.meta.url);
const text = await readFile(file, 'utf8');
await writeFile(file, text.replace(/version = '[^']*'/, `version = '${version}'`));
