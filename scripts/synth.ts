import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError, chooseStage } from '../lib/settings/stageConfig.ts';
import { runCommand } from './runCommand.ts';

const help = `Usage: npm run synth -- [--stage S] [--out DIR]

Writes the CloudFormation template of a stage and the built functions, as \`cdk deploy\` would upload them.
Needs no network and no AWS account.

  --stage S   a stage of cdk.json (default: its context.stage, or dev)
  --out DIR   where to (default: cdk.out)
  --help      this text
`;

function readContext(): Readonly<Record<string, unknown>> {
  let file: unknown;
  try {
    file = JSON.parse(readFileSync('cdk.json', 'utf8'));
  } catch (error) {
    throw new ConfigurationError(
      `cdk.json: cannot be read (${firstLine(error)}): correct it, or run this in the folder that holds it`,
      { cause: error },
    );
  }
  const context = typeof file === 'object' && file !== null && 'context' in file ? file.context : undefined;
  if (typeof context !== 'object' || context === null) {
    throw new ConfigurationError('cdk.json: context: must be an object with the stages under `stages`');
  }
  return { ...context };
}

const firstLine = (error: unknown) =>
  String(error instanceof Error ? error.message : error).split('\n', 1)[0];

const command = {
  name: 'synth',
  help,
  expected: [ConfigurationError],
  options: { stage: { type: 'string' }, out: { type: 'string', default: 'cdk.out' } },
} as const;

await runCommand(command, async ({ values: { stage, out } }) => {
  const context = readContext();
  // Loaded here: features and the CDK take a second, which a wrong option need not wait for.
  const { features } = await import('../features/index.ts');
  const config = chooseStage(features, context.stages, stage ?? context.stage ?? 'dev');
  const { buildApp, stackName } = await import('../lib/app.ts');
  buildApp({ config, features, outdir: out, bundle: true }).synth();
  process.stdout.write(`${join(out, `${stackName(config.settings.stage)}.template.json`)}\n`);
});
