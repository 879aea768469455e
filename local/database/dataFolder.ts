import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CannotStart } from '../cannotStart.ts';

/**
 * Takes a data folder for this process, and creates it if necessary. A second stack on the same folder would
 * end the connections of the first, and both would write to one database.
 *
 * @returns a function that gives it back. The mark of a killed process no longer counts.
 * @throws {CannotStart} where another process that lives has it, or it cannot be made
 */
export async function takeDataFolder(dataDir: string, pid = process.pid): Promise<() => Promise<void>> {
  const mark = join(dataDir, 'stack.pid');
  try {
    await makeFolder(dataDir);
    const owner = Number(await readFile(mark, 'utf8').catch(() => ''));
    if (owner !== pid && isAlive(owner)) {
      throw new CannotStart(
        `${dataDir} is in use by process ${owner}: end it, or give another folder with --data. If that is no stack, delete ${mark}.`,
      );
    }
    await writeFile(mark, String(pid));
  } catch (cause) {
    if (cause instanceof CannotStart) throw cause;
    throw new CannotStart(`--data: ${dataDir} cannot be used: ${(cause as Error).message}`, { cause });
  }
  return () => rm(mark, { force: true });
}

/** Folder by folder: Node's own recursive way hangs where a file system allows no folders, such as /proc. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path || (await exists(dirname(path)))) throw error;
    await makeFolder(dirname(path));
    await mkdir(path);
  }
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is running, and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
