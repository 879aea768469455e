import { type Deadlines, readDeadlines } from './deadlines.ts';
import {
  answersTo,
  type Case,
  collectionOf,
  type Fields,
  type Findings,
  type Got,
  homeOf,
  type Line,
  loggedAt,
  type Violation,
  type Who,
} from './evidence.ts';
import { readForeign } from './foreign.ts';
import { mayFollow } from './mayFollow.ts';
import { latestOf, noteRenewal, readRenewals, type Tokens, tokensFrom } from './renewals.ts';

/** What a token allows: from when it was brought until another took its place. */
interface Rights {
  /** The transcript's line of the token. */
  readonly token: Line;
  until: number;
  readonly roles: readonly string[];
  readonly clients: readonly string[];
}

/** A topic that a connection asked for: until when, when it last asked, and when it asked what is not answered yet. */
interface Followed {
  until: number;
  askedAt: number;
  unanswered: number[];
}

/** A request that was given up may still be carried out for as long: by then its function has ended. */
const mayStillRunMs = 30_000;

/** What a connection was allowed, and what it had asked to follow. */
interface Connection {
  readonly who: Who;
  rights: Rights[];
  readonly tokens: Tokens;
  /** Rooms by name. */
  readonly rooms: Map<string, Followed>;
}

/** Nobody is shown what is not theirs: of another tenant, after they left, after their token was over (I4, I5). */
export function judgeLimits(of: Case): Findings {
  const violations: Violation[] = [];
  const connections = new Map<string, Connection>();
  const conversations = conversationsByAsk(of);
  const ends = readDeadlines(of);
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
    const renewal = renewals.get(got);
    noteRenewal(connection.tokens, renewal);
    if (renewal?.became === 'refused') {
      connection.rights = connection.rights.filter(({ token }) => token !== renewal.token);
    }
    const isPresence = got.frame.type === 'presence';
    if (!(isPresence || typeof got.frame.seq === 'number') || typeof got.frame.topic !== 'string') continue;
    const wrong = isPresence
      ? judgePlace(of, connection, got, Number(got.frame.ts))
      : judgeEvent(of, connection, got, ends);
    if (wrong) violations.push({ ...wrong, at: got.at });
  }
  const open = leftOpen(of.lines, connections, ends);
  violations.push(...open.violations, ...strangers(of));
  return { violations, exercised: { 'tokens over on an open connection': open.judged } };
}

/** A socket is closed when its token is over, whether anything comes on it or not. */
function leftOpen(
  lines: readonly Line[],
  connections: ReadonlyMap<string, Connection>,
  ends: Deadlines,
): { judged: number; violations: Violation[] } {
  const darkMs = lines.find(({ k }) => k === 'dark')?.t ?? 0;
  const downAt = new Map(lines.flatMap(({ k, t, conn }) => (k === 'down' ? [[String(conn), t]] : [])));
  const violations: Violation[] = [];
  let judged = 0;
  for (const [conn, { tokens }] of connections) {
    const exp = latestOf(tokens, 'exp');
    const deadline = ends(conn, exp);
    const closedAt = downAt.get(conn) ?? Number.POSITIVE_INFINITY;
    if (deadline > darkMs || closedAt <= exp) continue;
    judged++;
    if (closedAt <= deadline) continue;
    const what = `${conn} is open ${deadline - exp} ms after its token was over`;
    violations.push({ invariant: 'I5', what, at: deadline });
  }
  return { judged, violations };
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
      tokens: tokensFrom(token),
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
    if (k === 'renewing') known.tokens.unanswered.add(token);
    connections.set(conn, known);
  }
  const connection = connections.get(conn);
  if (k !== 'ask' || !connection) return;
  const payload = (line.payload ?? {}) as Fields;
  const wanted = line.action === 'hello' ? (payload.subs as Fields[]).map(({ topic }) => String(topic)) : [];
  if (line.action === 'subscribe') wanted.push(String(line.topic));
  if (line.action === 'assistant.ask') wanted.push(conversations.get(String(line.ref)) ?? '');
  for (const topic of wanted) {
    const unanswered = [...(connection.rooms.get(topic)?.unanswered ?? []), t];
    connection.rooms.set(topic, { until: Number.POSITIVE_INFINITY, askedAt: t, unanswered });
  }
}

/**
 * An acknowledged `unsubscribe` ends it, unless it was asked for again meanwhile, or what was asked before may still be
 * carried out: a `subscribe` that was sent again because its answer was late joins anew, whenever it runs.
 */
function noteLeft(connection: Connection, of: Case, { device, frame, at }: Got): void {
  if (frame.type === 'subscribed') {
    const joined = connection.rooms.get(String(frame.topic));
    joined?.unanswered.shift();
    if (joined) joined.until = Number.POSITIVE_INFINITY;
  }
  if (frame.type !== 'ack') return;
  const ask = unsubscribes(of).get(`${device} ${frame.ref}`);
  const followed = ask && connection.rooms.get(ask.topic);
  if (!followed || followed.askedAt >= ask.at) return;
  if (followed.unanswered.every((askedAt) => askedAt + mayStillRunMs < at)) followed.until = at;
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
  got: Got,
  ends: Deadlines,
): Omit<Violation, 'at'> | undefined {
  const { device, conn, text, frame, at } = got;
  const { who } = connection;
  const exp = latestOf(connection.tokens, 'exp');
  const wire = String(frame.topic);
  const logged = loggedAt(of.topics, homeOf(who, wire), frame.epoch, frame.seq);
  if (logged?.text !== text)
    return { invariant: 'I10', what: `${device} got ${text}, and the log has it not so` };
  if (at > ends(String(conn), exp))
    return { invariant: 'I5', what: `${conn} got ${wire} ${at - exp} ms after its token was over` };
  return judgePlace(of, connection, got, logged.at);
}

/** Whether a frame that was made then is for a connection: it might see it, and had not left. */
function judgePlace(
  of: Case,
  { rights, rooms }: Connection,
  { conn, text, frame }: Got,
  madeAt: number,
): Omit<Violation, 'at'> | undefined {
  const wire = String(frame.topic);
  const allowed = rights.some(
    ({ until, roles, clients }) => until + of.skewMs >= madeAt && mayFollow(wire, roles, clients),
  );
  if (!allowed) return { invariant: 'I4', what: `${conn} got ${text}, which it may not see` };
  if (!/^(room|queue|conversation|orders|news):/.test(wire)) return undefined;
  const isFollowed = [wire, collectionOf(wire)].some((name) => {
    const followed = rooms.get(name);
    return followed && madeAt <= followed.until + of.skewMs;
  });
  if (isFollowed) return undefined;
  return { invariant: 'I5', what: `${conn} got ${text} after it had left` };
}
