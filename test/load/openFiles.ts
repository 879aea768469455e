import { readFileSync } from 'node:fs';

/** What a process has open besides its sockets, with room to spare. */
const others = 200;

/**
 * Checks that this process may hold so many sockets.
 * @throws Error that says what to do about it
 */
export function requireFiles(sockets: number): void {
  const max = maxOpenFiles();
  if (max === undefined || max >= sockets + others) return;
  throw new Error(
    `${sockets} sockets need ${sockets + others} open files, and this shell allows ${max}: run ulimit -n ${sockets + others} first, or ask for fewer with --sockets.`,
  );
}

/** The limit of this process, where the system says so (Linux). */
function maxOpenFiles(): number | undefined {
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}
