import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LocalConfigOptions, localConfig } from '../localConfig.ts';
import type { Template } from './template.ts';

/** Builds the CDK app in memory and gives the stack's template, the same that is deployed but for its assets. */
export async function synthesize(options: LocalConfigOptions): Promise<Template> {
  const config = await localConfig(options);
  // Loaded here: this is half of the time that a start takes, and the engine starts meanwhile.
  const { buildApp } = await import('../../lib/app.ts');
  const { features } = await import('../../features/index.ts');
  const outdir = await mkdtemp(join(tmpdir(), 'tidings-synth-'));
  try {
    const [stack, second] = buildApp({ config, features, outdir, bundle: false }).synth().stacks;
    if (!stack || second) throw new Error('The local stack runs an app of exactly one stack.');
    return stack.template as Template;
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}

/**
 * The same in a process of its own, for when the sources under lib/ have changed: a process evaluates a module once.
 * @throws {Error} with what the process printed
 */
export async function synthesizeAfresh(options: LocalConfigOptions): Promise<Template> {
  const program = fileURLToPath(new URL('./synthesizeChild.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, JSON.stringify(options)], {
    cwd: options.root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let template = '';
  let problems = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    template += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    problems += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(problems.trim());
  return JSON.parse(template) as Template;
}
