import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUNDLING_STACKS } from 'aws-cdk-lib/cx-api';
import { laptopKey } from '../../lib/settings/laptop.ts';
import type { DeclaredStage } from '../../lib/settings/stageConfig.ts';
import { CannotStart } from '../cannotStart.ts';
import { readCdkJson } from '../cdkJson.ts';
import { type LocalConfigOptions, localConfig } from '../localConfig.ts';
import type { Template } from './template.ts';

/** In the place of a stack's own address. */
const addressMark = 'http://127.0.0.1:0';

/** Templates by configuration. A process evaluates the app once, so that one configuration has one template in it. */
const made = new Map<string, string>();

/** The stack's template, the same that is deployed but for its assets, from this repository's app in this process. */
export async function synthesize(options: LocalConfigOptions): Promise<Template> {
  const config = await localConfig(options);
  const marked = (value: unknown) => JSON.stringify(value).replaceAll(options.httpUrl, addressMark);
  const key = marked(config);
  const template = made.get(key) ?? marked(await build(config));
  made.set(key, template);
  return JSON.parse(template.replaceAll(addressMark, options.httpUrl)) as Template;
}

/** Builds the CDK app in memory. */
async function build(config: DeclaredStage): Promise<object> {
  // Loaded here: this is half of the time that a start takes, and the engine starts meanwhile.
  const { buildApp } = await import('../../lib/app.ts');
  const { ConfigurationError } = await import('../../lib/settings/stageConfig.ts');
  const { features } = await import('../../features/index.ts');
  const outdir = await mkdtemp(join(tmpdir(), 'tidings-synth-'));
  try {
    const [stack, second] = buildApp({ config, features, outdir, bundle: false }).synth().stacks;
    if (!stack || second) throw new Error('The local stack runs an app of exactly one stack.');
    return stack.template;
  } catch (error) {
    throw error instanceof ConfigurationError ? new CannotStart(error.message, { cause: error }) : error;
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}

/**
 * The template that an app's own command gives, the one in its cdk.json, as the CDK's command line would run it. In a
 * process of its own, also because a process evaluates a module once: the files are those of now.
 *
 * @throws {CannotStart} with what the command printed
 */
export async function synthesizeApp({ root, stage, ...laptop }: LocalConfigOptions): Promise<Template> {
  const { app, context } = readCdkJson(root);
  if (!app) throw new CannotStart('cdk.json: app is missing: the command that runs the CDK app.');
  const outdir = await mkdtemp(join(tmpdir(), 'tidings-synth-'));
  try {
    await run(app, root, {
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({
        ...context,
        stage,
        [laptopKey]: laptop,
        [BUNDLING_STACKS]: [],
      }),
      // Checks every template against CloudFormation's schemas, which takes longer than all the rest.
      CDK_VALIDATION: 'false',
    });
    return await readOne(outdir);
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}

async function run(command: string, cwd: string, env: Readonly<Record<string, string>>): Promise<void> {
  const child = spawn(command, {
    shell: true,
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code === 0) return;
  // What is wrong with a configuration is a sentence, and where in the program it was found says nothing.
  const [, sentence] = /^ConfigurationError: (.*)$/m.exec(said) ?? [];
  throw new CannotStart(sentence ?? (said.trim() || `${command} ended with ${code}`));
}

/** The one stack of the app that has Tidings in it. */
async function readOne(outdir: string): Promise<Template> {
  const names = (await readdir(outdir)).filter((name) => name.endsWith('.template.json'));
  const texts = await Promise.all(names.map((name) => readFile(join(outdir, name), 'utf8')));
  const [text, second] = texts.filter((one) => one.includes('"tidings:entry"'));
  if (!text || second)
    throw new CannotStart('The local stack runs an app with Tidings in exactly one stack.');
  return JSON.parse(text) as Template;
}
