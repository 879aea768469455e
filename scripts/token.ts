import { defaultPort } from '../local/defaultPort.ts';
import { askIssuer } from '../packages/cli/src/issuer.ts';
import { readOptions } from './readOptions.ts';

const usage = `Prints a token of the local stack's issuer, and nothing else.

  npm run --silent token -- --user U --tenant T --role R [options]

  --user U          who the token is for
  --tenant T        the tenant of that user
  --role R          msp, client, admin or service; may be given several times
  --client C        a client of a client's user; may be given several times
  --expires-in 1h   such as 90s, 15m, 1h, 2d; -10m makes one that has expired
  --issuer URL      default http://127.0.0.1:${defaultPort}/issuer
  --help            this text
`;

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values } = readOptions('token', {
    args: joined(process.argv.slice(2)),
    options: {
      user: { type: 'string' },
      tenant: { type: 'string' },
      role: { type: 'string', multiple: true },
      client: { type: 'string', multiple: true },
      'expires-in': { type: 'string' },
      issuer: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const { user, tenant, role: roles, client: clients, 'expires-in': expiresIn } = values;
  for (const [option, value] of Object.entries({ user, tenant, role: roles })) {
    if (value === undefined) throw new Error(`--${option} is missing. See npm run token -- --help.`);
  }
  const issuer = (values.issuer ?? `http://127.0.0.1:${defaultPort}/issuer`).replace(/\/$/, '');
  const person = { user: user ?? '', tenant: tenant ?? '', roles: roles ?? [], clients, expiresIn };
  const token = await askIssuer(issuer, person);
  process.stdout.write(`${token}\n`);
}

/** `parseArgs` takes a value that begins with a minus only after an equals sign. */
function joined(words: readonly string[]): string[] {
  const at = words.indexOf('--expires-in');
  const value = words[at + 1];
  if (at < 0 || value === undefined) return [...words];
  return [...words.slice(0, at), `--expires-in=${value}`, ...words.slice(at + 2)];
}
