import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failed } from '../packages/cli/src/failures.ts';
import { callerAccount } from './deploying/callerAccount.ts';
import { runCdk } from './deploying/cdk.ts';
import { placedWords } from './deploying/place.ts';
import { awsAccount } from './preflight/awsAccount.ts';
import { preflight } from './preflight/preflight.ts';
import { runCommand } from './runCommand.ts';

const help = `Asks an account of AWS whether a stage can be deployed into it, and says what to do. Changes nothing.

  npm run preflight -- [--stage S]

  --stage S     a stage of cdk.json (default: its context.stage, or dev)
  --profile P   a profile of the AWS CLI, and --region R a Region; without them, those of the environment
  --help        this text

One line a check: bootstrap of the CDK, concurrent executions, request rate, API Gateway's role for logs, models of
Bedrock. Ends with 1 if something is missing, or if the account could not be asked. It needs the rights
cloudformation:DescribeStacks, lambda:GetAccountSettings, apigateway:GET, bedrock:GetFoundationModelAvailability.
`;

const words = process.argv.slice(2);
await runCommand(
  { name: 'preflight', help, expected: [Failed], strict: false, allowPositionals: true } as const,
  async () => {
    // Not in cdk.out: the functions are not built, so that nobody is to deploy it.
    const written = await mkdtemp(join(tmpdir(), 'tidings-preflight-'));
    try {
      await preflight(
        await placedWords(words),
        {
          // What it prints is none of the findings.
          cdk: (said) => runCdk(said, 'stderr'),
          callerAccount,
          accountAt: awsAccount,
          print: (line) => process.stdout.write(`${line}\n`),
        },
        written,
      );
    } finally {
      await rm(written, { recursive: true, force: true });
    }
  },
);
