import { type Case, type Fields, type Findings, type Row, recountedAt, type Violation } from './evidence.ts';

/** The limit holds at every instant, everybody finds back, and nothing stays behind (I6, I7, I8). */
export function judgeConnections(of: Case): Findings {
  return { violations: [...overLimit(of), ...leftOut(of), ...wrongStats(of), ...leftBehind(of)] };
}

function* overLimit({ lines, begin }: Case): Generator<Violation> {
  const limit = Number(begin.limit);
  const userOf = new Map<string, string>();
  const open = new Map<string, Set<string>>();
  for (const { t, k, conn, tenant, user, op, fault, on } of lines) {
    if (k === 'up') {
      const name = `${tenant} ${user}`;
      userOf.set(String(conn), name);
      const ofUser = (open.get(name) ?? new Set()).add(String(conn));
      open.set(name, ofUser);
      if (ofUser.size > limit) {
        yield {
          invariant: 'I6',
          what: `${name} has ${[...ofUser].join(' and ')}, with a limit of ${limit}`,
          at: t,
        };
      }
    }
    // Who is told that an open connection is gone cannot count it: the gateway lied.
    const lied = k === 'fault' && op === 'post' && fault === 'gone' ? on : undefined;
    const over = String(k === 'down' ? conn : lied);
    open.get(userOf.get(over) ?? '')?.delete(over);
  }
}

/** At rest as many of a user's devices are connected as may be. Where newer ones replace older ones, all take turns. */
function* leftOut(of: Case): Generator<Violation> {
  const { lines, begin, owners } = of;
  const rest = lines.find(({ k }) => k === 'rest');
  const limit = Number(begin.limit);
  const machines = new Set(
    lines.flatMap(({ k, d, machine }) => (k === 'owner' && machine ? [String(d)] : [])),
  );
  const users = new Map<string, { devices: string[]; ready: number }>();
  for (const { d, ready } of (rest?.devices ?? []) as Fields[]) {
    const owner = owners.get(String(d));
    // A machine has no connection, and is always ready.
    if (!owner || machines.has(String(d))) continue;
    const name = `${owner.tenant} ${owner.user}`;
    const { devices, ready: others } = users.get(name) ?? { devices: [], ready: 0 };
    users.set(name, { devices: [...devices, String(d)], ready: others + (ready ? 1 : 0) });
  }
  for (const [name, { devices, ready }] of users) {
    const all = devices.length;
    if (all > limit && begin.limitPolicy === 'evict-oldest')
      yield* outOfTurn(of, name, devices, rest?.t ?? 0);
    else if (ready < Math.min(all, limit)) {
      const what = `${name} has ${ready} of ${all} devices connected, with a limit of ${limit}`;
      yield { invariant: 'I6', what };
    }
  }
}

const minuteMs = 60_000;
/** Who was replaced stays away for up to three minutes, and may be refused for a while where all others are young. */
const turnMs = 5 * minuteMs;
/**
 * Between the close of the one and the opening of the other lies a handshake, and nobody is connected in its place.
 * That much is forgiven, and nothing else: faults are over by then.
 */
const handoverMs = 10_000;

/** Each device was connected at some time within a turn, and all the time as many were as may be. */
function* outOfTurn(
  { lines, begin }: Case,
  name: string,
  devices: readonly string[],
  restMs: number,
): Generator<Violation> {
  const limit = Number(begin.limit);
  const fromMs = restMs - turnMs;
  const open = new Map<string, string>();
  const seen = new Set<string>();
  let fewSince = fromMs;
  const isTooLong = (t: number) => open.size < limit && t - Math.max(fewSince, fromMs) > handoverMs;
  const tooFew = (at: number): Violation => ({
    invariant: 'I6',
    what: `${name} had ${open.size} connections of ${limit} since ${fewSince}`,
    at,
  });
  for (const { t, k, conn, device, tenant, user } of lines) {
    if (t > restMs) break;
    const isUp = k === 'up' && `${tenant} ${user}` === name;
    const isDown = k === 'down' && open.has(String(conn));
    if (!isUp && !isDown) continue;
    if (isTooLong(t)) yield tooFew(t);
    if (t >= fromMs) for (const each of open.values()) seen.add(each);
    const before = open.size;
    if (isUp) open.set(String(conn), String(device));
    else open.delete(String(conn));
    if (before >= limit && open.size < limit) fewSince = t;
  }
  if (isTooLong(restMs)) yield tooFew(restMs);
  for (const each of open.values()) seen.add(each);
  for (const device of devices) {
    if (seen.has(device)) continue;
    const what = `${device} of ${name} had no turn in the last ${turnMs / minuteMs} minutes`;
    yield { invariant: 'I6', what, at: restMs };
  }
}

/** What is told is what the table has; that the table has who is really there is judged with presence. */
function* wrongStats({ lines, atRest }: Case): Generator<Violation> {
  const fromMs = recountedAt({ lines });
  for (const { t, k, tenant, answer } of lines) {
    if (k !== 'stats' || t < fromMs) continue;
    const roster = atRest.filter(({ pk, ttl }) => pk === `SUBS#${tenant}#tenant:-` && Number(ttl) * 1000 > t);
    const byRole: Record<string, number> = {};
    for (const { roles } of roster)
      for (const role of roles as string[]) byRole[role] = (byRole[role] ?? 0) + 1;
    const users = new Set(roster.map(({ sk }) => sk.split('#')[1])).size;
    const stats = (answer as Fields | undefined)?.payload as Fields | undefined;
    const same =
      stats?.connections === roster.length &&
      stats.users === users &&
      JSON.stringify(Object.entries(stats.byRole as object).sort()) ===
        JSON.stringify(Object.entries(byRole).sort());
    if (!same)
      yield {
        invariant: 'I8',
        what: `${tenant}: told ${JSON.stringify(stats)}, counted ${roster.length}`,
        at: t,
      };
  }
}

/**
 * A row whose TTL is over is as good as gone: DynamoDB takes it away, only later. Not so a subscription or a slot:
 * theirs is the end of the lease, which all have reached by now, and whoever ended before it left nothing behind.
 * Forgiven is the slot of a connection that never was, because its `$connect` died on it or could not give it back:
 * nothing else knows of it, so that it goes with its TTL, or when its user wants it.
 */
function* leftBehind({ atEnd, lines }: Case): Generator<Violation> {
  const endMs = lines.find(({ k }) => k === 'end')?.t ?? 0;
  const unwritten = new Set(
    lines.flatMap(({ k, op, by, on, fault }) =>
      k === 'fault' && by === 'connect' && op === 'write' && fault === 'throttled' ? [on] : [],
    ),
  );
  const ended = new Map(
    lines.flatMap(({ k, fn, conn, outcome }) => (k === 'run' && fn === 'connect' ? [[conn, outcome]] : [])),
  );
  // The slot was taken, so what was not written is that it is given back.
  const isUnborn = ({ connectionId, pk }: Row) => {
    const outcome = ended.get(connectionId);
    return /^(crash|time-out)$/.test(String(outcome)) || (outcome === 'failed' && unwritten.has(pk));
  };
  for (const row of atEnd) {
    const isOver = Number(row.ttl) * 1000 <= endMs && (!isOfALease(row) || (isSlot(row) && isUnborn(row)));
    if (isLeftOver(row) && !isOver) {
      yield { invariant: 'I7', what: `${row.pk} ${row.sk} is still there: ${JSON.stringify(row)}` };
    }
  }
}

function isLeftOver({ pk, sk, state }: Row): boolean {
  if (pk.startsWith('CONN#')) return state !== 'closed';
  return isOfALease({ pk, sk }) || pk.startsWith('EXPIRY#');
}

const isOfALease = ({ pk, sk }: Pick<Row, 'pk' | 'sk'>) =>
  (pk.startsWith('SUBS#') && sk.startsWith('SUB#')) || isSlot({ sk });
const isSlot = ({ sk }: Pick<Row, 'sk'>) => sk.startsWith('SLOT#');
