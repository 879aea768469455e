import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';

/**
 * Source maps hold the texts of the sources, and name them by paths of the machine that built them. Names them by their
 * paths in the repository instead: a stack trace says `tidings:///core/deadline.ts`.
 *
 * @param root of the repository
 */
export async function nameSources(folder: string, root: string): Promise<void> {
  const files = await readdir(folder, { recursive: true });
  const maps = files.filter((file) => file.endsWith('.js.map')).map((file) => join(folder, file));
  await Promise.all(
    maps.map(async (file) => {
      const map = JSON.parse(await readFile(file, 'utf8')) as { readonly sources: readonly string[] };
      const sources = map.sources.map(
        (source) => `tidings:///${relative(root, resolve(dirname(file), source))}`,
      );
      await writeFile(file, JSON.stringify({ ...map, sources }));
    }),
  );
}
