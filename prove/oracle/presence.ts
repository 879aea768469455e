import { answersTo, type Case, canonical, type Fields, recountedAt, type Violation } from './evidence.ts';

/**
 * At rest everybody who asks is told of a room who is subscribed, each user once (I8); all who are really there are
 * among them; and whoever is among them and not there is somebody whose end nobody could report (I7).
 */
export function judgePresence(of: Case): Violation[] {
  const { atRest } = of;
  const fromMs = recountedAt(of);
  const subscribed = new Map<string, Map<string, string>>();
  for (const { pk, sk, ttl } of atRest) {
    const [kind, tenant = '', topic = ''] = pk.split('#').map(decodeURIComponent);
    if (kind !== 'SUBS' || !topic.startsWith('room:') || Number(ttl) * 1000 <= fromMs) continue;
    const [, user = '', conn = ''] = sk.split('#').map(decodeURIComponent);
    const room = `${tenant} ${topic}`;
    subscribed.set(room, (subscribed.get(room) ?? new Map()).set(conn, user));
  }
  return [
    ...wrongAnswers(of, fromMs, subscribed),
    ...absent(of, fromMs, subscribed),
    ...ghosts(of, fromMs, subscribed),
  ];
}

type Subscribed = ReadonlyMap<string, ReadonlyMap<string, string>>;

function* wrongAnswers(of: Case, fromMs: number, subscribed: Subscribed): Generator<Violation> {
  for (const { ask, got, who, answer } of answersTo(of, 'presence.get')) {
    if (ask.at < fromMs) continue;
    const counted: Record<string, number> = {};
    for (const user of subscribed.get(`${who.tenant} ${ask.topic}`)?.values() ?? []) {
      counted[user] = (counted[user] ?? 0) + 1;
    }
    const told = Object.fromEntries(
      (answer.users as Fields[]).map(({ userId, devices }) => [userId, devices]),
    );
    if (canonical(told) === canonical(counted)) continue;
    const what = `${got.device} was told ${canonical(told)} of ${ask.topic}, counted ${canonical(counted)}`;
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
      if (!topic.startsWith('room:') || subscribed.get(`${owner.tenant} ${topic}`)?.has(String(conn)))
        continue;
      yield { invariant: 'I8', what: `${d} is in ${topic}, and ${conn} is not subscribed`, at: fromMs };
    }
  }
}

/** Forgiven is whose `$disconnect` was lost or is late, or whose function for it failed: those wait for their lease. */
function* ghosts({ lines }: Case, fromMs: number, subscribed: Subscribed): Generator<Violation> {
  const open = new Set<string>();
  const unreported = new Set<string>();
  for (const { t, k, conn, op, fault, on, fn, outcome } of lines) {
    if (t > fromMs) break;
    if (k === 'up') open.add(String(conn));
    if (k === 'down') open.delete(String(conn));
    if (k === 'fault' && op === 'disconnect' && fault !== 'double') unreported.add(String(on));
    if (k === 'run' && fn === 'disconnect' && outcome !== 'answered') unreported.add(String(conn));
  }
  for (const [room, members] of subscribed) {
    for (const conn of members.keys()) {
      if (open.has(conn) || unreported.has(conn)) continue;
      yield { invariant: 'I7', what: `${room} counts ${conn}, which is closed`, at: fromMs };
    }
  }
}
