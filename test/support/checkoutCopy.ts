import { cpSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** What is made here, and comes from elsewhere. */
const left = new Set(['node_modules', '.git', 'cdk.out', '.prove']);

/** Copies the checkout as it is, uncommitted changes and all, into a temporary folder, whose path it gives. The packages are linked. */
export function checkoutCopy(root: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-copy-'));
  cpSync(root, folder, { recursive: true, filter: (path) => !left.has(basename(path)) });
  linkModules(root, folder);
  return folder;
}

/** Packages are linked one by one: our own must be those of the copy. */
function linkModules(root: string, folder: string): void {
  const [from, to] = [join(root, 'node_modules'), join(folder, 'node_modules')];
  mkdirSync(join(to, '@tidings'), { recursive: true });
  for (const name of readdirSync(from)) {
    if (name !== '@tidings' && !/^\.(?!bin$)/.test(name)) symlinkSync(join(from, name), join(to, name));
  }
  for (const name of readdirSync(join(from, '@tidings'))) {
    symlinkSync(join(folder, 'packages', name), join(to, '@tidings', name));
  }
}
