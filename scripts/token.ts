import { roles as knownRoles } from '@tidings/protocol';
import { defaultPort } from '../local/defaultPort.ts';
import { durations, toSeconds } from '../local/duration.ts';
import { deployedOptions, deployedToken } from '../packages/cli/src/deployed/deployedToken.ts';
import { Failed, UsageError } from '../packages/cli/src/failures.ts';
import { askIssuer } from '../packages/cli/src/issuer.ts';
import { runCommand, WrongUsage } from './runCommand.ts';

const help = `Prints a token, and nothing else: of the local stack's issuer for anybody, or of a deployed stack for one of its users.

  npm run --silent token -- --user U --tenant T --role R [options]

  --user U          who the token is for
  --tenant T        the tenant of that user
  --role R          msp, client, admin, service or one of the app's own; may be given several times
  --client C        a client of a client's user; may be given several times
  --expires-in 1h   such as 90s, 15m, 1h, 2d; -10m makes one that has expired
  --issuer URL      default http://127.0.0.1:${defaultPort}/issuer

Of a stack that has users of its own (tidings user add):

  npm run --silent token -- --stage S --user EMAIL

  --stage S         the stage whose stack is meant; or --stack NAME
  --region R, --profile P   where it is, and with which credentials of AWS, as for the AWS CLI
  --password-stdin  take the first line of standard input for the password (default: TIDINGS_PASSWORD, or it is asked for)

  --help            this text
`;

const command = {
  name: 'token',
  help,
  expected: [Failed, UsageError],
  args: joined(process.argv.slice(2)),
  options: {
    user: { type: 'string' },
    tenant: { type: 'string' },
    role: { type: 'string', multiple: true },
    client: { type: 'string', multiple: true },
    'expires-in': { type: 'string' },
    issuer: { type: 'string' },
    ...deployedOptions,
  },
} as const;

await runCommand(command, async ({ values }) => {
  const { stage, stack, user, tenant, role: roles, client: clients, 'expires-in': expiresIn } = values;
  if (stage !== undefined || stack !== undefined) {
    process.stdout.write(`${await deployedToken(values)}\n`);
    return;
  }
  for (const [option, value] of Object.entries({ user, tenant, role: roles })) {
    if (value === undefined) throw new WrongUsage(`--${option} is missing.`);
  }
  // A server takes no notice of others, so one that is misspelt would only be found at the handshake. An app may
  // have roles of its own, which only the app knows.
  const unknown = roles?.find((role) => !knownRoles.some((known) => known === role));
  if (unknown !== undefined) {
    console.error(
      `"${unknown}" is not ${knownRoles.join(', ')}: the token is of use where a feature declares it.`,
    );
  }
  if (expiresIn !== undefined && toSeconds(expiresIn) === undefined) {
    throw new WrongUsage(`--expires-in must be ${durations}, not "${expiresIn}".`);
  }
  const issuer = (values.issuer ?? `http://127.0.0.1:${defaultPort}/issuer`).replace(/\/$/, '');
  const person = { user: user ?? '', tenant: tenant ?? '', roles: roles ?? [], clients, expiresIn };
  const token = await askIssuer(issuer, person);
  process.stdout.write(`${token}\n`);
});

/** `parseArgs` takes a value that begins with a minus only after an equals sign. */
function joined(words: readonly string[]): string[] {
  const at = words.indexOf('--expires-in');
  const value = words[at + 1];
  if (at < 0 || value === undefined) return [...words];
  return [...words.slice(0, at), `--expires-in=${value}`, ...words.slice(at + 2)];
}
