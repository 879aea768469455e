import { personOfToken } from '../session/person.ts';
import type { Where } from '../session/where.ts';

/**
 * Why the stage takes no token of this user. A browser is not told why a handshake was refused, so it is asked for a
 * ticket, which whoever may connect gets.
 *
 * @returns nothing, where it takes the token, or cannot be asked
 */
export async function refusalOf(
  { httpUrl, stage }: Pick<Where, 'httpUrl' | 'stage'>,
  token: string,
  fetcher: typeof fetch = fetch,
): Promise<string | undefined> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetcher(`${httpUrl}/tickets`, { method: 'POST', headers }).catch(() => undefined);
  if (answer?.status !== 401 && answer?.status !== 403) return undefined;
  const { user = 'somebody', roles = [] } = personOfToken(token);
  const body = (await answer.json().catch(() => ({}))) as {
    readonly payload?: { readonly message?: string };
  };
  const said = body.payload?.message ?? `it answered ${answer.status}`;
  const help =
    answer.status === 403
      ? `Its roles: ${roles.join(', ') || 'none that this page can read'}. An administrator can give you one, or see to tokens.claims.roles and tokens.roleMap.`
      : 'Whoever runs the stage sees in its log which check failed (tokens in cdk.json).';
  return `You are signed in as ${user}, and the stage ${stage} does not let you in: ${said}. ${help}`;
}
