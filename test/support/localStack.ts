import { askIssuer, type Person } from '../../packages/cli/src/issuer.ts';
import { startTestStack } from '../../testing/testStack.ts';

export type { LocalStack, LocalStackOptions } from '../../local/stack.ts';
export { startTestStack };

/** The addresses of a running stack: all that crosses from a vitest global setup to the tests. */
export interface StackAddresses {
  readonly wsUrl: string;
  readonly httpUrl: string;
  readonly managementUrl: string;
  readonly issuer: string;
}

/** A token from the issuer of a stack, be it in another process. `expiresIn: '-10m'` gives an expired one. */
export const fetchToken = ({ issuer }: Pick<StackAddresses, 'issuer'>, person: Person): Promise<string> =>
  askIssuer(issuer, person);

declare module 'vitest' {
  interface ProvidedContext {
    localStack: StackAddresses;
  }
}

/**
 * A stack that runs elsewhere, where the environment names it: `TIDINGS_WS_URL`, `TIDINGS_HTTP_URL`,
 * `TIDINGS_MANAGEMENT_URL` and `TIDINGS_ISSUER` (whatever answers `POST /token` as the local issuer does).
 * @throws Error when only some of them are set
 */
function stackElsewhere(
  env: Readonly<Record<string, string | undefined>> = process.env,
): StackAddresses | undefined {
  const names = ['TIDINGS_WS_URL', 'TIDINGS_HTTP_URL', 'TIDINGS_MANAGEMENT_URL', 'TIDINGS_ISSUER'] as const;
  const missing = names.filter((name) => !env[name]);
  if (missing.length === names.length) return undefined;
  if (missing.length > 0) throw new Error(`A stack elsewhere needs ${missing.join(', ')} too.`);
  const [wsUrl = '', httpUrl = '', managementUrl = '', issuer = ''] = names.map((name) =>
    env[name]?.replace(/\/$/, ''),
  );
  return { wsUrl, httpUrl, managementUrl, issuer };
}

/**
 * A vitest global setup: one stack for all flow tests, which find its addresses with `inject('localStack')`.
 * Faults and the clock are shared by all of them then, and are reached over `_local`.
 */
export default async function setup(project: { provide(name: 'localStack', value: StackAddresses): void }) {
  const elsewhere = stackElsewhere();
  if (elsewhere) {
    project.provide('localStack', elsewhere);
    return;
  }
  const stack = await startTestStack();
  const { wsUrl, httpUrl, managementUrl, issuer } = stack;
  project.provide('localStack', { wsUrl, httpUrl, managementUrl, issuer });
  return () => stack.stop();
}
