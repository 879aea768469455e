import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface ListeningPort {
  readonly host: string;
  readonly port: number;
}

/** Every TCP port that a process or a descendant of it listens at, as Linux tells it in `/proc`. */
export function listeningPorts(pid: number): ListeningPort[] {
  const inodes = new Set(family(pid).flatMap(socketsOf));
  return ['tcp', 'tcp6']
    .flatMap((table) => read(`/proc/net/${table}`).trim().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === listening && inodes.has(inode))
    .map(([, local = '']) => readAddress(local));
}

const listening = '0A';

function family(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    // The name of the program stands in brackets, and may hold spaces and brackets itself.
    .map((name) => [
      Number(name),
      Number(
        read(`/proc/${name}/stat`)
          .replace(/^.*\) /s, '')
          .split(' ')[1],
      ),
    ]);
  const children = (of: number): number[] =>
    parents.filter(([, parent]) => parent === of).flatMap(([child = 0]) => [child, ...children(child)]);
  return [pid, ...children(pid)];
}

function socketsOf(pid: number): (string | undefined)[] {
  const folder = `/proc/${pid}/fd`;
  return ifThere(() => readdirSync(folder), []).map(
    (name) => /^socket:\[(\d+)\]$/.exec(ifThere(() => readlinkSync(`${folder}/${name}`), ''))?.[1],
  );
}

/** `0100007F:1F90`: four bytes at a time in this machine's order, here the little end first. */
function readAddress(text: string): ListeningPort {
  const [address = '', port = ''] = text.split(':');
  const bytes = Buffer.from(address, 'hex');
  const host = bytes.length === 4 ? [...bytes.reverse()].join('.') : `[${address}]`;
  return { host, port: Number.parseInt(port, 16) };
}

// Processes and their files come and go while they are listed.
function ifThere<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}

const read = (file: string) => ifThere(() => readFileSync(file, 'utf8'), '');
