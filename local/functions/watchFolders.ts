import { type FSWatcher, watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface WatchOptions {
  readonly folders: readonly string[];
  /** Called once for the changes of 30 ms, with one of the files. */
  onChange(file: string): void;
}

/**
 * Watches folders and all below them, also those that are made later. Resolves once all are watched.
 * Not esbuild's own watch mode, which looks at the files in turns and may take 2 s to notice.
 */
export async function watchFolders({ folders, onChange }: WatchOptions): Promise<{ close(): void }> {
  const watchers = new Map<string, FSWatcher>();
  let pending: NodeJS.Timeout | undefined;
  let closed = false;

  // An editor's save is several events: a temporary file, a rename, a change of times.
  function noticed(file: string) {
    clearTimeout(pending);
    pending = setTimeout(() => onChange(file), 30);
  }

  async function add(folder: string): Promise<boolean> {
    const inside = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
    if (!inside || closed || watchers.has(folder)) return false;
    const watcher = watch(folder, (_event, name) => {
      // A new folder may already have files in it.
      if (name !== null && !/\.(ts|json)$/.test(name))
        void add(join(folder, name)).then((added) => added && noticed(join(folder, name)));
      else if (name !== null && !/\.test\.ts$/.test(name)) noticed(join(folder, name));
    });
    watcher.on('error', () => {
      watcher.close();
      watchers.delete(folder);
    });
    watchers.set(folder, watcher);
    const folders = inside.filter((entry) => entry.isDirectory() && entry.name !== 'node_modules');
    await Promise.all(folders.map((entry) => add(join(folder, entry.name))));
    return true;
  }

  await Promise.all(folders.map(add));
  return {
    close() {
      closed = true;
      clearTimeout(pending);
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}
