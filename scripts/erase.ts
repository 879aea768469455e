import { systemClock } from '../adapters/system.ts';
import { stackOptions } from '../packages/cli/src/deployed/deployedStack.ts';
import { Failed, UsageError } from '../packages/cli/src/failures.ts';
import { operatedStack } from '../packages/cli/src/operatedStack.ts';
import { httpUrl } from '../packages/cli/src/server.ts';
import { erase } from './erasing/erase.ts';
import { loadApp } from './erasing/loadApp.ts';
import { positive, runCommand, WrongUsage } from './runCommand.ts';

const help = `Deletes the data of a tenant, or of one of its users. Run it in the folder of the app: its features say whose rows are.

  npm run erase -- [--stage S] --tenant T [--user U] [options]

Without --yes it says how many rows of which kind it would delete, and deletes nothing. What is in them is never shown.

  --tenant T      whose data: all of this tenant
  --user U        or only that of this user of it
  --yes           do it; it may be repeated, and goes on where it was broken off
  --rate N        write units a second that deleting may take (default 100)
  --features F    the module with the app's list of features (default features/index.ts)
  --stage S       the deployed stack of a stage, found with AWS credentials; --stack NAME, --region R and --profile P
                  as they are needed. Without it: the local stack at --url
  --url URL       the HTTP address of the local stack (default: TIDINGS_URL, or where npm run dev puts it)
  --help          this text

Before: see that the issuer signs no more tokens for them. A user's open connections are ended with user.revoke, else
this refuses to delete; a tenant's lose their rows, get nothing more, and are refused whatever they ask.

Of a user goes what is the user's alone: feed, notifications, jobs, conversations, answers, connections. What the user
did on topics of others (rooms, clients, boards) stays until the logs' retention ends, and names the user as "from";
so do states of such topics, and alerts that the user raised. A revocation stays for a day after it was made, since
without it tokens would be valid again: repeat the command then. Backups keep what they have, until they end.
Rows of which nothing says whose they are stay, are counted as "unknown", and it ends with 1.
`;

const command = {
  name: 'erase',
  help,
  expected: [Failed, UsageError],
  options: {
    ...stackOptions,
    tenant: { type: 'string' },
    user: { type: 'string' },
    yes: { type: 'boolean' },
    rate: { type: 'string' },
    features: { type: 'string' },
    url: { type: 'string' },
  },
} as const;

await runCommand(command, async ({ values }) => {
  const { tenant, user: userId, yes: doIt = false, rate = '100', features = 'features/index.ts' } = values;
  if (!tenant) throw new WrongUsage('--tenant is missing.');
  if (userId === '') throw new WrongUsage('--user is empty.');
  const unitsPerSecond = positive('rate', rate);
  const app = await loadApp(features);
  const stack = await operatedStack(values, httpUrl(values, process.env));
  const of = { tenant, ...(userId !== undefined && { userId }) };
  const say = (text: string) => console.error(text);
  const { rows, kept, unknown } = await erase({
    ...{ stack, app, of, doIt, unitsPerSecond, say },
    clock: systemClock,
  });
  const whom = { tenant, ...(userId !== undefined && { user: userId }) };
  const line = { stack: stack.name, ...whom, [doIt ? 'erased' : 'wouldErase']: rows, kept, unknown };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  if (userId !== undefined)
    say('What the user did on topics of others stays there until their retention ends.');
  if (Object.keys(unknown).length > 0)
    throw new Failed(`of some rows nothing says whose they are, and they stay: see "unknown"`);
});
