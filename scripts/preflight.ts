import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failed } from '../packages/cli/src/failures.ts';
import { writtenStacks } from './deploying/assembly.ts';
import { runCdk } from './deploying/cdk.ts';
import { deployWords } from './deploying/deployWords.ts';
import { askedBy, type Template } from './preflight/asked.ts';
import { awsAccount } from './preflight/awsAccount.ts';
import { type Finding, preflightChecks } from './preflight/checks.ts';
import { runCommand, WrongUsage } from './runCommand.ts';

const help = `Asks an account of AWS whether a stage can be deployed into it, and says what to do. Changes nothing.

  npm run preflight -- [--stage S]

  --stage S     a stage of cdk.json (default: its context.stage, or dev)
  --profile P   a profile of the AWS CLI, and --region R a Region; without them, those of the environment
  --help        this text

One line a check: bootstrap of the CDK, concurrent executions, request rate, API Gateway's role for logs, models of
Bedrock. Ends with 1 if something is missing, or if the account could not be asked. It needs the rights
cloudformation:DescribeStacks, lambda:GetAccountSettings, apigateway:GET, bedrock:GetFoundationModelAvailability.
`;

const written = 'cdk.out';
const line = ({ check, result, says }: Finding) => `${result.padEnd(8)} ${check}: ${says}`;

async function preflight(words: readonly string[]): Promise<void> {
  const { shared, deploy, place } = deployWords(words);
  const [extra] = deploy.slice(shared.length);
  if (extra?.startsWith('-')) throw new WrongUsage(`Unknown option '${extra}'.`);
  if (extra !== undefined) throw new WrongUsage(`${JSON.stringify(extra)} is not understood.`);
  if ((await runCdk(['synth', '--quiet', ...shared, '--output', written])) !== 0)
    throw new Failed('the app cannot be synthesised');
  const stacks = (await writtenStacks(written)).filter(({ isTidings }) => isTidings);
  let failed = 0;
  for (const { name, region, template, requiredBootstrap } of stacks) {
    const asked = askedBy(JSON.parse(await readFile(join(written, template), 'utf8')) as Template);
    const account = awsAccount({ ...place, ...(region && { region }) });
    process.stdout.write(`${name}\n`);
    for (const finding of await preflightChecks(asked, requiredBootstrap, account)) {
      process.stdout.write(`  ${line(finding)}\n`);
      if (finding.result === 'missing' || finding.result === 'unknown') failed += 1;
    }
  }
  if (stacks.length === 0) throw new Failed('there is no stack of Tidings in this app');
  if (failed > 0) throw new Failed(`${failed} of the checks did not pass`);
}

const words = process.argv.slice(2);
await runCommand(
  { name: 'preflight', help, expected: [Failed], strict: false, allowPositionals: true } as const,
  () => preflight(words),
);
