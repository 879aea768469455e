import { type Ask, type Case, type Got, type Line, once } from './evidence.ts';

/** What became of a token that a connection brought. */
export interface Renewal {
  /** The transcript's line of the token. */
  readonly token: Line;
  readonly became: 'taken' | 'refused';
  /** Whether another token was brought, or judged, while this one was: then nobody can say which is in force. */
  readonly overlaps: boolean;
}

/** The answers after which a token may have been taken all the same: the function did not know, or did not say. */
const unclear = new Set(['unavailable', 'timeout', 'internal']);

interface Brought {
  readonly token: Line;
  readonly ask: Ask;
}

/** @returns which tokens the answers to `auth` are about, by the answer; what was not answered is not there. */
export const readRenewals = once(({ asks, gots, lines }: Case): ReadonlyMap<Got, Renewal> => {
  const askedAt = new Map(
    asks.filter(({ action }) => action === 'auth').map((ask) => [`${ask.conn} ${ask.at}`, ask]),
  );
  const brought = new Map<string, Brought>();
  const ofConnection = new Map<string, number[]>();
  for (const token of lines) {
    if (token.k !== 'renewing') continue;
    const conn = String(token.conn);
    const ask = askedAt.get(`${conn} ${token.t}`);
    if (!ask) continue;
    brought.set(`${conn} ${ask.ref}`, { token, ask });
    ofConnection.set(conn, [...(ofConnection.get(conn) ?? []), token.t]);
  }
  const found = new Map<Got, Renewal>();
  const lastAnswer = new Map<string, number>();
  for (const got of gots) {
    const one = brought.get(`${got.conn} ${got.frame.ref}`);
    if (!one || (got.frame.type !== 'ack' && got.frame.type !== 'error')) continue;
    const conn = String(got.conn);
    const code = String((got.frame.payload as { code?: unknown } | undefined)?.code);
    const later = (ofConnection.get(conn) ?? []).some((t) => t > one.token.t && t <= got.at);
    const overlaps = later || (lastAnswer.get(conn) ?? 0) > one.token.t;
    lastAnswer.set(conn, got.at);
    if (got.frame.type === 'ack') found.set(got, { token: one.token, became: 'taken', overlaps });
    else if (!unclear.has(code)) found.set(got, { token: one.token, became: 'refused', overlaps });
  }
  return found;
});

/** The tokens that a connection may go by, as far as its device can tell. */
export interface Tokens {
  /** The one that was taken last; several where nobody can say which that was. */
  taken: readonly Line[];
  /** Those that were brought and not answered: each may have been taken. */
  readonly unanswered: Set<Line>;
}

export const tokensFrom = (first: Line): Tokens => ({ taken: [first], unanswered: new Set() });

/** A token that was refused gives nothing; one that was taken counts alone, be it worse than the one before. */
export function noteRenewal(tokens: Tokens, renewal: Renewal | undefined): void {
  if (!renewal) return;
  const { token, became, overlaps } = renewal;
  tokens.unanswered.delete(token);
  if (became === 'taken') tokens.taken = overlaps ? [...tokens.taken, token] : [token];
}

/** The best that any of them says: until when it is good, or when it was issued. */
export const latestOf = ({ taken, unanswered }: Tokens, claim: 'exp' | 'iat'): number =>
  Math.max(...[...taken, ...unanswered].map((token) => Number(token[claim])));
