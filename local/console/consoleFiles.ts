import { readdir, readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

export interface ConsoleFile {
  readonly type: string;
  readonly body: Buffer;
}

/** The files of a built console by their paths: `index.html`, `assets/index-1a2b3c.js`. */
export type ConsoleFiles = ReadonlyMap<string, ConsoleFile>;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Reads what is served, all of it: what is not in memory cannot be asked for, whatever a path says. */
export async function readConsoleFiles(folder: string): Promise<ConsoleFiles> {
  const entries = await readdir(folder, { recursive: true });
  const files = entries.filter((entry) => types[extname(entry)]);
  return new Map(
    await Promise.all(
      files.map(async (file): Promise<[string, ConsoleFile]> => {
        const type = types[extname(file)] ?? '';
        return [file.split(sep).join('/'), { type, body: await readFile(join(folder, file)) }];
      }),
    ),
  );
}
