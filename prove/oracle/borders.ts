import {
  answersTo,
  type Case,
  type Fields,
  type Got,
  homeOf,
  type Line,
  loggedAt,
  type Violation,
  type Who,
} from './evidence.ts';
import { readForeign } from './foreign.ts';
import { type Renewal, readRenewals } from './renewals.ts';

/** What a token allows: from when it was brought until another took its place. */
interface Rights {
  /** The transcript's line of the token. */
  readonly token: Line;
  until: number;
  readonly roles: readonly string[];
  readonly clients: readonly string[];
}

/** What a connection was allowed, and what it had asked to follow. */
interface Connection {
  readonly who: Who;
  rights: Rights[];
  /** When the token ends that was taken last. */
  exp: number;
  /** The tokens that were brought and not answered: each may have been taken. */
  readonly unanswered: Set<Line>;
  /** Rooms by name: until when, and when they were last asked for. */
  readonly rooms: Map<string, { until: number; askedAt: number }>;
}

/** The product's clocks differ by a second, and so much is forgiven. */
const skewMs = 2000;
const expiryMs = 90_000;

/** Nobody is shown what is not theirs: of another tenant, after they left, after their token was over (I4, I5). */
export function judgeBorders(of: Case): { leaked: number; violations: Violation[] } {
  const violations: Violation[] = [];
  const connections = new Map<string, Connection>();
  const conversations = conversationsByAsk(of);
  const ends = deadlines(of);
  const renewals = readRenewals(of);
  const isForeign = readForeign(of);
  let gotIndex = 0;
  for (const line of of.lines) {
    note(connections, conversations, line);
    if (line.k !== 'got') continue;
    const got = of.gots[gotIndex++];
    const who = got && of.owners.get(got.device);
    if (!got || !who) continue;
    if (isForeign(who, got))
      violations.push({ invariant: 'I4', what: `${got.device} got ${got.text}`, at: got.at });
    const connection = connections.get(got.conn ?? '');
    if (!connection) continue;
    noteLeft(connection, of, got);
    noteRenewal(connection, renewals.get(got));
    if (typeof got.frame.seq !== 'number' || typeof got.frame.topic !== 'string') continue;
    const wrong = judgeEvent(of, connection, got, ends);
    if (wrong) violations.push({ ...wrong, at: got.at });
  }
  violations.push(...leftOpen(of.lines, connections, ends), ...strangers(of));
  return { leaked: violations.length, violations };
}

/** A socket is closed when its token is over, whether anything comes on it or not. */
function* leftOpen(
  lines: readonly Line[],
  connections: ReadonlyMap<string, Connection>,
  ends: Deadlines,
): Generator<Violation> {
  const darkMs = lines.find(({ k }) => k === 'dark')?.t ?? 0;
  const downAt = new Map(lines.flatMap(({ k, t, conn }) => (k === 'down' ? [[String(conn), t]] : [])));
  for (const [conn, connection] of connections) {
    const exp = endOf(connection);
    const deadline = ends(conn, exp);
    const closedAt = downAt.get(conn) ?? Number.POSITIVE_INFINITY;
    if (deadline > darkMs || closedAt <= deadline) continue;
    yield {
      invariant: 'I5',
      what: `${conn} is open ${deadline - exp} ms after its token was over`,
      at: deadline,
    };
  }
}

/** A conversation is its owner's alone, pieces of answers included. */
function* strangers(of: Case): Generator<Violation> {
  const ownerOf = new Map<unknown, string>();
  for (const { who, answer } of answersTo(of, 'assistant.ask')) {
    ownerOf.set(`conversation:${answer.conversationId}`, `${who.tenant} ${who.user}`);
  }
  for (const { device, frame, text, at } of of.gots) {
    const owner = ownerOf.get(frame.topic);
    const who = of.owners.get(device);
    if (owner === undefined || frame.type === 'error' || owner === `${who?.tenant} ${who?.user}`) continue;
    yield { invariant: 'I4', what: `${device} got ${text}, of a conversation that is not its own`, at };
  }
}

/** A question joins its connection to its conversation, also where its answer never came. */
function conversationsByAsk({ atRest, owners, asks }: Case): ReadonlyMap<string, string> {
  const answers = new Map<string, Fields>();
  for (const { pk, answer } of atRest) if (pk.startsWith('REF#')) answers.set(pk, answer as Fields);
  const found = new Map<string, string>();
  for (const { device, ref, action } of asks) {
    const owner = action === 'assistant.ask' ? owners.get(device) : undefined;
    const answer =
      owner && answers.get(['REF', owner.tenant, owner.user, ref].map(encodeURIComponent).join('#'));
    if (answer) found.set(ref, `conversation:${answer.conversationId}`);
  }
  return found;
}

function note(
  connections: Map<string, Connection>,
  conversations: ReadonlyMap<string, string>,
  token: Line,
): void {
  const { t, k, ...line } = token;
  const conn = String(line.conn);
  if (k === 'rights' || k === 'renewing') {
    const { tenant, user } = line as unknown as Who;
    const known: Connection = connections.get(conn) ?? {
      who: { tenant, user },
      rights: [],
      exp: Number(line.exp),
      unanswered: new Set(),
      rooms: new Map(),
    };
    const next = {
      token,
      until: Number.POSITIVE_INFINITY,
      roles: line.roles as string[],
      clients: line.clients as string[],
    };
    if (k === 'rights') for (const before of known.rights) before.until = Math.min(before.until, t);
    known.rights.push(next);
    if (k === 'renewing') known.unanswered.add(token);
    connections.set(conn, known);
  }
  const connection = connections.get(conn);
  if (k !== 'ask' || !connection) return;
  const payload = (line.payload ?? {}) as Fields;
  const wanted = line.action === 'hello' ? (payload.subs as Fields[]).map(({ topic }) => String(topic)) : [];
  if (line.action === 'subscribe') wanted.push(String(line.topic));
  if (line.action === 'assistant.ask') wanted.push(conversations.get(String(line.ref)) ?? '');
  for (const topic of wanted) connection.rooms.set(topic, { until: Number.POSITIVE_INFINITY, askedAt: t });
}

/** A token that was refused gives nothing; one that was taken sets the end, be it sooner than the one before. */
function noteRenewal(connection: Connection, renewal: Renewal | undefined): void {
  if (!renewal) return;
  const { token, became, overlaps } = renewal;
  connection.unanswered.delete(token);
  if (became === 'refused') connection.rights = connection.rights.filter((one) => one.token !== token);
  else connection.exp = overlaps ? Math.max(connection.exp, Number(token.exp)) : Number(token.exp);
}

const endOf = ({ exp, unanswered }: Connection) =>
  Math.max(exp, ...[...unanswered].map((token) => Number(token.exp)));

/** An acknowledged `unsubscribe` ends it, unless it was asked for again meanwhile. */
function noteLeft(connection: Connection, of: Case, { device, frame, at }: Got): void {
  if (frame.type !== 'ack') return;
  const ask = unsubscribes(of).get(`${device} ${frame.ref}`);
  const followed = ask && connection.rooms.get(ask.topic);
  if (followed && followed.askedAt < ask.at) followed.until = at;
}

const known = new WeakMap<Case, Map<string, { topic: string; at: number }>>();
function unsubscribes(of: Case) {
  const found =
    known.get(of) ??
    new Map(
      of.asks
        .filter(({ action }) => action === 'unsubscribe')
        .map(({ device, ref, topic = '', at }) => [`${device} ${ref}`, { topic, at }]),
    );
  known.set(of, found);
  return found;
}

function judgeEvent(
  of: Case,
  connection: Connection,
  { device, conn, text, frame, at }: Got,
  ends: Deadlines,
): Omit<Violation, 'at'> | undefined {
  const { who, rights, rooms } = connection;
  const exp = endOf(connection);
  const wire = String(frame.topic);
  const logged = loggedAt(of.topics, homeOf(who, wire), frame.epoch, frame.seq);
  if (logged?.text !== text)
    return { invariant: 'I10', what: `${device} got ${text}, and the log has it not so` };
  if (at > ends(String(conn), exp))
    return { invariant: 'I5', what: `${conn} got ${wire} ${at - exp} ms after its token was over` };
  const allowed = rights.some(
    ({ until, roles, clients }) => until + skewMs >= logged.at && mayFollow(wire, roles, clients),
  );
  if (!allowed) return { invariant: 'I4', what: `${conn} got ${text}, which it may not see` };
  if (!/^(room|queue|conversation):/.test(wire)) return undefined;
  const followed = rooms.get(wire);
  if (followed && logged.at <= followed.until + skewMs) return undefined;
  return { invariant: 'I5', what: `${conn} got ${wire} ${frame.seq} after it had left` };
}

function mayFollow(wire: string, roles: readonly string[], clients: readonly string[]): boolean {
  if (wire === 'msp') return roles.includes('msp');
  if (!wire.startsWith('client:')) return true;
  return (
    roles.includes('msp') || (roles.includes('client') && clients.includes(wire.slice('client:'.length)))
  );
}

type Deadlines = (conn: string, exp: number) => number;

/** So late at most, but where faults are the rule: there the reaper may die for longer than that. */
const latestMs = 5 * 60_000;
const highestSeverity = 3;

/**
 * By when a connection must be closed: 90 s after its token's end. The reaper runs each minute, so only a run that
 * died or gave up, or that a fault on this very connection's row or socket kept from it, may make it later; then it
 * is the end of the first run that had no such excuse, and 5 minutes at most. What befell others in that run is none.
 *
 * What remains forgiven: at the highest severity any number of runs that died one after the other; below it the five
 * minutes, whatever they were lost with; and a token whose allowance ends only after all goes dark.
 */
function deadlines({ lines, begin }: Pick<Case, 'lines' | 'begin'>): Deadlines {
  const faults = lines.filter(({ k, by }) => k === 'fault' && by === 'reap');
  const runs = lines
    .filter(({ k, ok }) => k === 'reaper' && ok === true)
    .map(({ t, began }) => {
      const during = faults.filter((fault) => fault.t >= Number(began) && fault.t <= t);
      return { began: Number(began), ended: t, struck: new Set(during.map(({ on }) => on)) };
    });
  const most = begin.severity === highestSeverity ? Number.POSITIVE_INFINITY : latestMs;
  return (conn, exp) => {
    const row = `CONN#${encodeURIComponent(conn)}`;
    const first = runs.find(
      ({ began, struck }) => began >= exp + skewMs && !struck.has(conn) && !struck.has(row),
    );
    const ended = (first?.ended ?? Number.POSITIVE_INFINITY) + skewMs;
    return Math.max(exp + expiryMs, Math.min(ended, exp + most));
  };
}
