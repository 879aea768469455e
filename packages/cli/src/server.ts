import type { CommandContext } from './command.ts';
import { UsageError } from './failures.ts';
import { askIssuer, type Person } from './issuer.ts';
import { isOnThisMachine } from './localStack.ts';

/** Options of every command that talks to a server as somebody. */
export const serverOptions = {
  url: { type: 'string' },
  token: { type: 'string' },
  user: { type: 'string' },
  tenant: { type: 'string' },
  role: { type: 'string', multiple: true },
  client: { type: 'string', multiple: true },
  issuer: { type: 'string' },
} as const;

export interface ServerValues {
  readonly url?: string | undefined;
  readonly token?: string | undefined;
  readonly user?: string | undefined;
  readonly tenant?: string | undefined;
  readonly role?: readonly string[] | undefined;
  readonly client?: readonly string[] | undefined;
  readonly issuer?: string | undefined;
}

const localUrl = 'http://127.0.0.1:4510';

/** @throws UsageError where the address is none. */
export function httpUrl({ url }: Pick<ServerValues, 'url'>, env: CommandContext['env']): string {
  return address(url ?? env.TIDINGS_URL ?? localUrl, /^https?:$/, '--url');
}

/**
 * Where the socket is. A deployed stack has it at an address of its own; a local one beside the HTTP API.
 *
 * @throws UsageError where it cannot be told.
 */
export function socketUrl(
  { url, ws }: { url?: string | undefined; ws?: string | undefined },
  env: CommandContext['env'],
): string {
  const given = ws ?? env.TIDINGS_WS;
  if (given !== undefined) return address(given, /^wss?:$/, '--ws');
  const http = httpUrl({ url }, env);
  if (isOnThisMachine(http)) return `ws://${new URL(http).host}/dev`;
  throw new UsageError("--ws is missing: a deployed stack's socket has an address of its own");
}

function address(text: string, protocol: RegExp, option: string): string {
  if (!URL.canParse(text) || !protocol.test(new URL(text).protocol)) {
    throw new UsageError(`${option} must be an address, not ${JSON.stringify(text)}`);
  }
  return text.replace(/\/+$/, '');
}

/**
 * What proves who the caller is, asked for anew each time: a token of the issuer does not live for ever.
 *
 * @throws UsageError where there is none, or more than one.
 */
export function credential(values: ServerValues, env: CommandContext['env']): () => Promise<string> {
  const person = personOf(values);
  if (person) {
    if (values.token !== undefined) throw new UsageError('name either --token or --user, not both');
    const issuer = issuerUrl(values, env);
    return () => askIssuer(issuer, person);
  }
  const token = values.token ?? env.TIDINGS_TOKEN;
  if (!token)
    throw new UsageError('who are you? Set TIDINGS_TOKEN, or give --token, or --user, --tenant and --role');
  // Whatever refuses a malformed one later might quote it.
  if (!/^[\w.~+/=-]+$/.test(token)) throw new UsageError('the token holds characters that no JWT has');
  return () => Promise.resolve(token);
}

function personOf({ user, tenant, role, client }: ServerValues): Person | undefined {
  const given = { '--user': user, '--tenant': tenant, '--role': role };
  if ([...Object.values(given), client].every((value) => value === undefined)) return undefined;
  for (const [option, value] of Object.entries(given)) {
    if (value === undefined)
      throw new UsageError(`${option} is missing: --user, --tenant and --role go together`);
  }
  return { user, tenant, roles: role, clients: client } as Person;
}

function issuerUrl(values: ServerValues, env: CommandContext['env']): string {
  if (values.issuer !== undefined) return address(values.issuer, /^https?:$/, '--issuer');
  const url = httpUrl(values, env);
  if (isOnThisMachine(url)) return `${url}/issuer`;
  throw new UsageError('--issuer is missing: only the local stack has one beside its HTTP API');
}
