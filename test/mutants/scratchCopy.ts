import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutCopy } from '../support/checkoutCopy.ts';
import type { Mutant } from './mutant.ts';

/** How a test ended: the names of those that failed, or why none could run. */
export type Ran =
  | { readonly failed: readonly string[]; readonly passed: number }
  | { readonly broken: string };

export interface ScratchCopy {
  apply(bug: Pick<Mutant, 'patch'>, back?: 'back'): void;
  run(tests: Pick<Mutant, 'file' | 'test'>): Promise<Ran>;
  remove(): void;
}

/** Copies the checkout as it is, uncommitted changes and all, so that no mutant ever touches it. */
export function scratchCopy(root: string): ScratchCopy {
  const folder = checkoutCopy(root);
  let runs = 0;
  return {
    apply({ patch }, back) {
      const way = back ? ['--reverse'] : [];
      execFileSync('git', ['apply', ...way, patch], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    },
    run: ({ file, test }) => runVitest(folder, file, test, join(folder, `.result-${runs++}.json`)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

interface Report {
  readonly testResults: readonly {
    readonly message?: string;
    readonly assertionResults: readonly { readonly status: string; readonly title: string }[];
  }[];
}

const maxMs = 90_000;

function runVitest(folder: string, file: string, test: string, output: string): Promise<Ran> {
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const pattern = test.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const options = ['--config', 'test/mutants/vitest.config.ts', '--reporter', 'json', '--outputFile', output];
  const child = spawn(process.execPath, [vitest, 'run', ...options, '-t', pattern, file], {
    cwd: folder,
    env: { ...process.env, TIDINGS_LONG: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2000);
  });
  // Some defects make a test wait for good.
  const limit = setTimeout(() => child.kill(), maxMs);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (_, signal) => {
      clearTimeout(limit);
      resolve(signal ? { broken: `it did not end within ${maxMs / 1000} s` } : readReport(output, complaint));
    });
  });
}

function readReport(output: string, complaint: string): Ran {
  let report: Report;
  try {
    report = JSON.parse(readFileSync(output, 'utf8')) as Report;
  } catch {
    return { broken: complaint };
  }
  const results = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = results.filter(({ status }) => status === 'failed').map(({ title }) => title);
  const passed = results.filter(({ status }) => status === 'passed').length;
  if (failed.length + passed > 0) return { failed, passed };
  return { broken: report.testResults.map(({ message }) => message).join('\n') || 'no test of that name' };
}
