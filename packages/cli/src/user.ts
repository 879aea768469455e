import type { Command, CommandContext } from './command.ts';
import { addUser } from './deployed/addUser.ts';
import { deployedStack, stackOptions } from './deployed/deployedStack.ts';
import { userPoolOf } from './deployed/userPool.ts';
import { UsageError } from './failures.ts';
import { newPassword, passwordFrom } from './password.ts';
import { readWords } from './readWords.ts';

const options = {
  ...stackOptions,
  tenant: { type: 'string' },
  role: { type: 'string', multiple: true },
  client: { type: 'string', multiple: true },
  'password-stdin': { type: 'boolean' },
} as const;

/** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html */
const maxAttribute = 2_048;
/** What the server takes of one user (`core/principal.ts`): a token with more is always refused. */
export const maxClients = 80;
/** What the server takes for a client: a token with another is refused. */
const id = /^[A-Za-z0-9_-]{1,64}$/;

/** Makes users of a stack that has them of its own. */
export const user: Command = {
  async run([what, ...words], context) {
    if (what !== 'add') throw new UsageError('there is only: tidings user add EMAIL');
    const { values, named } = readWords(words, options, ['EMAIL']);
    const [email = ''] = named;
    const { tenant, role: roles, client: clients } = values;
    if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw new UsageError(`${JSON.stringify(email)} is no mail address`);
    if (!tenant) throw new UsageError('--tenant is missing');
    if (!roles) throw new UsageError('--role is missing');
    const list = clientsOf(clients, roles);
    const isGiven = values['password-stdin'] === true;
    const password = isGiven ? await passwordFrom(inputOf(context)) : newPassword();
    const stack = await deployedStack(values);
    const pool = await userPoolOf(stack);
    const userId = await addUser(pool, { email, tenant, roles, clients: list?.join(','), password });
    const made = { stack: stack.name, email, userId, tenant, roles, ...(list && { clients: list }) };
    // Nothing keeps one that was made up here: this line is where it is told.
    context.print(JSON.stringify(isGiven ? made : { ...made, password }));
  },
};

const inputOf = ({ input }: CommandContext) => input ?? process.stdin;

/** `--client a --client b`, or `--client a,b`. */
function clientsOf(given: readonly string[] | undefined, roles: readonly string[]): string[] | undefined {
  const isClient = roles.includes('client');
  if (!given) {
    if (isClient) throw new UsageError('--client is missing: a user with the role client belongs to one');
    return undefined;
  }
  if (!isClient) throw new UsageError('--client is only for the role client');
  const clients = [...new Set(given.join(',').split(',').filter(Boolean))];
  const wrong = clients.find((client) => !id.test(client));
  if (wrong !== undefined) throw new UsageError(`--client must be an id, not ${JSON.stringify(wrong)}`);
  if (clients.length > maxClients)
    throw new UsageError(`--client: a user may belong to ${maxClients} clients, not ${clients.length}`);
  if (clients.join(',').length <= maxAttribute) return clients;
  throw new UsageError(
    `--client: these are more than the ${maxAttribute} characters that Cognito keeps: such a user needs an issuer of your own`,
  );
}
