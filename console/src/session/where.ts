/** Where the stage is that this console looks at: what `GET /console.json` says. */
export type Where = LocalWhere | DeployedWhere;

interface AnyWhere {
  readonly stage: string;
  readonly wsUrl: string;
  readonly httpUrl: string;
  /** How one signs in. Absent: with a pasted token, or on a laptop as anybody. */
  readonly oidc?: Oidc;
}

/** An app of the console's own at the issuer of the stage's tokens, by authorization code with PKCE. */
export interface Oidc {
  readonly authority: string;
  readonly clientId: string;
  readonly scope: string;
  /** Which of the two the stage takes. */
  readonly token: 'access' | 'id';
  /** What the access token is to be for, where the issuer asks for it by this name. */
  readonly audience?: string;
}

/** A stack on this machine. */
export interface LocalWhere extends AnyWhere {
  readonly mode: 'local';
  readonly managementUrl: string;
  readonly issuer: string;
  /** Whose tokens are taken: those of the stack's own issuer, or of whom the stage names. */
  readonly tokens: 'local' | 'stage';
  readonly engine: string;
}

/** A stage on AWS. */
export interface DeployedWhere extends AnyWhere {
  readonly mode: 'deployed';
}

/** @throws Error with a sentence for the user */
export async function findWhere(fetcher: typeof fetch = fetch): Promise<Where> {
  // The page asks for it before this program is there, which only the same request gets the answer of.
  const answer = await fetcher('/console.json');
  if (!answer.ok) throw new Error(`/console.json was answered ${answer.status}: this address has no stage.`);
  const where = (await answer.json()) as Where;
  if (typeof where.wsUrl !== 'string') throw new Error('/console.json names no socket.');
  return where;
}

/** Whether anybody may be anybody here. */
export const givesTokens = (where: Where): where is LocalWhere =>
  where.mode === 'local' && where.tokens === 'local';
