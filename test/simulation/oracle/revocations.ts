import { answersTo, type Case, type Findings, type Line, type Violation } from './evidence.ts';
import { latestOf, noteRenewal, readRenewals, type Tokens, tokensFrom } from './renewals.ts';

/** A revocation that was acknowledged. */
interface Revocation {
  readonly name: string;
  /** Tokens issued up to then are void. */
  readonly upTo: number;
  readonly askedAt: number;
  readonly ackAt: number;
}

/** What is known of a connection: by which tokens it may speak, and whether its socket is open. */
interface Connection {
  readonly name: string;
  readonly tokens: Tokens;
  readonly upAt: number;
  downAt: number;
}

/** A frame is on its way for so long, and a closed socket does not call it back. */
const onTheWayMs = 152;

/** After the ack of a revocation, what the user had until then opens, hears and does nothing more (I5). */
export function judgeRevocations(of: Case): Findings {
  const revocations = readRevocations(of);
  const isVoid = (name: string, issuedAt: number, at: number) =>
    revocations.some((one) => one.name === name && one.upTo >= issuedAt && at > one.ackAt);
  const connections = new Map<string, Connection>();
  const violations: Violation[] = [];
  const found = (what: string, at: number) => violations.push({ invariant: 'I5', what, at });
  const answers = readRenewals(of);
  const renewals = new Map<string, { issuedAt: number; at: number }>();
  const http = new Map<string, { issuedAt: number; at: number }>();
  let gotIndex = 0;
  for (const line of of.lines) {
    const { t, k, conn, iat } = line;
    const connection = connections.get(String(conn));
    if (k === 'up') {
      const [name, issuedAt] = [nameOf(line), Number(iat)];
      connections.set(String(conn), {
        name,
        tokens: tokensFrom(line),
        upAt: t,
        downAt: Number.POSITIVE_INFINITY,
      });
      if (isVoid(name, issuedAt, Number(line.began)))
        found(`${conn} opened with a token that was revoked`, t);
    }
    if (k === 'down' && connection) connection.downAt = t;
    if (k === 'renewing') {
      connection?.tokens.unanswered.add(line);
      renewals.set(String(conn), { issuedAt: Number(iat), at: t });
    }
    if (k === 'ask' && conn === undefined)
      http.set(`${line.d} ${line.ref}`, { issuedAt: Number(iat), at: t });
    if (k !== 'got') continue;
    const got = of.gots[gotIndex++];
    const who = got && of.owners.get(got.device);
    if (!got || !who) continue;
    if (connection) noteRenewal(connection.tokens, answers.get(got));
    const { type, ref } = got.frame;
    const name = `${who.tenant} ${who.user}`;
    if (connection && type !== 'error' && type !== 'disconnect' && type !== undefined) {
      if (isVoid(name, latestOf(connection.tokens, 'iat'), t - onTheWayMs))
        found(`${conn} was revoked, and got ${got.text}`, t);
    }
    const request = http.get(`${got.device} ${ref}`);
    if (request && type === 'ack' && isVoid(name, request.issuedAt, request.at)) {
      found(`${ref} was done with a token that was revoked`, t);
    }
  }
  for (const { ask, got, who } of answersTo(of, 'auth')) {
    const renewal = renewals.get(ask.conn ?? '');
    if (renewal?.at === ask.at && isVoid(`${who.tenant} ${who.user}`, renewal.issuedAt, ask.at)) {
      found(`${ask.conn} was renewed with a token that was revoked`, got.at);
    }
  }
  for (const { name, upTo, askedAt, ackAt } of revocations) {
    for (const [conn, one] of connections) {
      const wasThere = one.name === name && latestOf(one.tokens, 'iat') <= upTo && one.upAt < askedAt;
      if (wasThere && one.downAt > ackAt) found(`${conn} was revoked, and is open all the same`, ackAt);
    }
  }
  return { violations };
}

const nameOf = ({ tenant, user }: Line) => `${tenant} ${user}`;

function readRevocations(of: Case): Revocation[] {
  const first = new Map<string, number>();
  for (const { device, ref, at } of of.asks) {
    const name = `${device} ${ref}`;
    if (!first.has(name)) first.set(name, at);
  }
  return answersTo(of, 'user.revoke').map(({ ask, got, who, answer }) => ({
    name: `${who.tenant} ${ask.payload.userId}`,
    upTo: Number(answer.revokedAt),
    askedAt: first.get(`${ask.device} ${ask.ref}`) ?? ask.at,
    ackAt: got.at,
  }));
}
