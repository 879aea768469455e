import {
  answersTo,
  type Case,
  canonical,
  type Fields,
  type Findings,
  homeOf,
  type Line,
  recountedAt,
  type Violation,
} from './evidence.ts';

/**
 * At rest everybody who asks is told of a room, or a channel with presence, who is subscribed, each user once (I8). Of each topic, the tenant's
 * feed that the statistics count among them: all who are really there are subscribed, and whoever is subscribed and
 * not there is somebody whose end nobody could report (I7).
 */
export function judgePresence(of: Case): Findings {
  const { atRest } = of;
  const fromMs = recountedAt(of);
  const subscribed = new Map<string, Map<string, string>>();
  for (const { pk, sk, ttl } of atRest) {
    const [kind, tenant = '', topic = ''] = pk.split('#');
    if (kind !== 'SUBS' || !sk.startsWith('SUB#') || Number(ttl) * 1000 <= fromMs) continue;
    const [, user = '', conn = ''] = sk.split('#').map(decodeURIComponent);
    const name = `${decodeURIComponent(tenant)}/${topic}`;
    subscribed.set(name, (subscribed.get(name) ?? new Map()).set(conn, user));
  }
  const rules = [wrongAnswers, absent, uncounted, ghosts];
  return { violations: rules.flatMap((rule) => [...rule(of, fromMs, subscribed)]) };
}

type Subscribed = ReadonlyMap<string, ReadonlyMap<string, string>>;

function* wrongAnswers(of: Case, fromMs: number, subscribed: Subscribed): Generator<Violation> {
  for (const { ask, got, who, answer } of answersTo(of, 'presence.get')) {
    if (ask.at < fromMs) continue;
    const counted: Record<string, number> = {};
    for (const user of subscribed.get(homeOf(who, String(ask.topic)))?.values() ?? []) {
      counted[user] = (counted[user] ?? 0) + 1;
    }
    const answered = Object.fromEntries(
      (answer.users as Fields[]).map(({ userId, devices }) => [userId, devices]),
    );
    if (canonical(answered) === canonical(counted)) continue;
    const what = `${got.device} was told ${canonical(answered)} of ${ask.topic}, counted ${canonical(counted)}`;
    yield { invariant: 'I8', what, at: got.at };
  }
}

function* absent({ lines, owners }: Case, fromMs: number, subscribed: Subscribed): Generator<Violation> {
  const rest = lines.find(({ k }) => k === 'rest');
  const gone = new Set(
    lines.flatMap(({ k, t, conn }) => (k === 'down' && t <= fromMs ? [String(conn)] : [])),
  );
  for (const { d, ready, conn, topics } of (rest?.devices ?? []) as Fields[]) {
    const owner = owners.get(String(d));
    if (!ready || !owner || gone.has(String(conn))) continue;
    for (const topic of topics as string[]) {
      const home = topic.endsWith(':*') ? `${owner.tenant}/${topic.slice(0, -2)}s:-` : homeOf(owner, topic);
      if (subscribed.get(home)?.has(String(conn))) continue;
      yield { invariant: 'I8', what: `${d} is in ${topic}, and ${conn} is not subscribed`, at: fromMs };
    }
  }
}

/** Whoever has an open connection counts for its tenant, be its device ready or not. */
function* uncounted({ lines }: Case, fromMs: number, subscribed: Subscribed): Generator<Violation> {
  for (const [conn, tenant] of openAt(lines, fromMs)) {
    if (subscribed.get(`${tenant}/tenant:-`)?.has(conn)) continue;
    yield { invariant: 'I8', what: `${conn} is open, and ${tenant} does not count it`, at: fromMs };
  }
}

/** The connections that are open then, each with its tenant. */
function openAt(lines: readonly Line[], atMs: number): ReadonlyMap<string, string> {
  const open = new Map<string, string>();
  for (const { t, k, conn, tenant } of lines) {
    if (t > atMs) break;
    if (k === 'up') open.set(String(conn), String(tenant));
    if (k === 'down') open.delete(String(conn));
  }
  return open;
}

/**
 * Forgiven is whose `$disconnect` was lost or is late, or whose function for it failed; whose handshake failed after
 * `$connect` had written, or whose client left during it, for which there is no `$disconnect`; and whose handshake is under way. Those wait for a fan-out to find them, or for their lease.
 */
function* ghosts({ lines }: Case, fromMs: number, subscribed: Subscribed): Generator<Violation> {
  const open = openAt(lines, fromMs);
  const unreported = new Set<string>();
  const unopened = new Set<string>();
  for (const { t, k, conn, op, fault, on, fn, outcome, status, began } of lines) {
    if (k === 'up' && t > fromMs && Number(began) <= fromMs) unreported.add(String(conn));
    if (t > fromMs) continue;
    if (k === 'run' && fn === 'connect') unopened.add(String(conn));
    if (k === 'up') unopened.delete(String(conn));
    if (k === 'refused' && Number(status) >= 500) unreported.add(String(conn));
    if (k === 'fault' && op === 'disconnect' && fault !== 'double') unreported.add(String(on));
    if (k === 'run' && fn === 'disconnect' && outcome !== 'answered') unreported.add(String(conn));
  }
  for (const [topic, members] of subscribed) {
    for (const conn of members.keys()) {
      if (open.has(conn) || unreported.has(conn) || unopened.has(conn)) continue;
      yield { invariant: 'I7', what: `${topic} counts ${conn}, which is closed`, at: fromMs };
    }
  }
}
