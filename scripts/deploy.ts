import { hasStood } from '../packages/cli/src/deployed/deployedStack.ts';
import { Failed } from '../packages/cli/src/failures.ts';
import { callerAccount } from './deploying/callerAccount.ts';
import { runCdk } from './deploying/cdk.ts';
import { deploySteps } from './deploying/deploySteps.ts';
import { placedWords } from './deploying/place.ts';
import { runCommand } from './runCommand.ts';

const help = `Deploys the app of this folder with the CDK.

  npm run deploy -- [--stage S] [options and stacks of cdk deploy]

  --stage S     a stage of cdk.json (default: its context.stage, or dev)
  --profile P   a profile of the AWS CLI, and --region R a Region; without them, those of the environment
  --help        this text

All other words are passed on to cdk deploy: --require-approval never where nobody can answer.

A stage with deletionProtection is deployed in two steps the first time: without protection, so that a deployment that
fails leaves nothing behind, and then with it. Later deployments are one step, and so is the first where the stack names an
account that the credentials are not of. Whoever runs this may call
cloudformation:DescribeStacks, beside what the CDK needs.
`;

const words = process.argv.slice(2);
const command = { name: 'deploy', help, expected: [Failed], strict: false, allowPositionals: true } as const;

await runCommand(command, async () =>
  deploySteps(
    await placedWords(words),
    { cdk: runCdk, hasStood, callerAccount, print: (line) => console.error(line) },
    'cdk.out',
  ),
);
