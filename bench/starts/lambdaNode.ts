import { execFileSync } from 'node:child_process';

/** What the functions run on. The package has the same program as nodejs.org. */
const runtime = 'node@24.21.0';

/**
 * The path of a Node of Lambda's kind. Another one than this is fetched once, by npm's own command, and kept where npm
 * keeps such things: as a dependency it would put 120 MB into each checkout, for this alone.
 */
export function lambdaNode(): string {
  found ??= findNode();
  return found;
}

let found: string | undefined;

function findNode(): string {
  if (process.versions.node.startsWith('24.')) return process.execPath;
  const args = ['exec', '--yes', `--package=${runtime}`, '--', 'node', '--print', 'process.execPath'];
  return execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
}
