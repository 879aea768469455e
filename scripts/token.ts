import { roles as knownRoles } from '@tidings/protocol';
import { defaultPort } from '../local/defaultPort.ts';
import { durations, toSeconds } from '../local/duration.ts';
import { Failed } from '../packages/cli/src/failures.ts';
import { askIssuer } from '../packages/cli/src/issuer.ts';
import { runCommand, WrongUsage } from './runCommand.ts';

const help = `Prints a token of the local stack's issuer, and nothing else.

  npm run --silent token -- --user U --tenant T --role R [options]

  --user U          who the token is for
  --tenant T        the tenant of that user
  --role R          msp, client, admin, service or one of the app's own; may be given several times
  --client C        a client of a client's user; may be given several times
  --expires-in 1h   such as 90s, 15m, 1h, 2d; -10m makes one that has expired
  --issuer URL      default http://127.0.0.1:${defaultPort}/issuer
  --help            this text
`;

const command = {
  name: 'token',
  help,
  expected: [Failed],
  args: joined(process.argv.slice(2)),
  options: {
    user: { type: 'string' },
    tenant: { type: 'string' },
    role: { type: 'string', multiple: true },
    client: { type: 'string', multiple: true },
    'expires-in': { type: 'string' },
    issuer: { type: 'string' },
  },
} as const;

await runCommand(command, async ({ values }) => {
  const { user, tenant, role: roles, client: clients, 'expires-in': expiresIn } = values;
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
