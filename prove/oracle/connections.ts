import type { Case, Fields, Row, Violation } from './evidence.ts';

/** The limit holds at every instant, everybody finds back, and nothing stays behind (I6, I7, I8). */
export function judgeConnections(of: Case): Violation[] {
  return [...overLimit(of), ...leftOut(of), ...wrongStats(of), ...leftBehind(of)];
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
function* leftOut({ lines, begin, owners }: Case): Generator<Violation> {
  const rest = lines.find(({ k }) => k === 'rest');
  const limit = Number(begin.limit);
  const devices = new Map<string, { all: number; ready: number }>();
  for (const { d, ready } of (rest?.devices ?? []) as Fields[]) {
    const owner = owners.get(String(d));
    if (!owner) continue;
    const name = `${owner.tenant} ${owner.user}`;
    const count = devices.get(name) ?? { all: 0, ready: 0 };
    devices.set(name, { all: count.all + 1, ready: count.ready + (ready ? 1 : 0) });
  }
  for (const [name, { all, ready }] of devices) {
    if (all > limit && begin.limitPolicy === 'evict-oldest') continue;
    if (ready >= Math.min(all, limit)) continue;
    yield {
      invariant: 'I6',
      what: `${name} has ${ready} of ${all} devices connected, with a limit of ${limit}`,
    };
  }
}

function* wrongStats({ lines, atRest }: Case): Generator<Violation> {
  for (const { t, k, tenant, answer } of lines) {
    if (k !== 'stats') continue;
    const roster = atRest.filter(({ pk, ttl }) => pk === `SUBS#${tenant}#tenant:-` && Number(ttl) * 1000 > t);
    const byRole: Record<string, number> = {};
    for (const { roles } of roster)
      for (const role of roles as string[]) byRole[role] = (byRole[role] ?? 0) + 1;
    const users = new Set(roster.map(({ sk }) => sk.split('#')[1])).size;
    const told = (answer as Fields | undefined)?.payload as Fields | undefined;
    const same =
      told?.connections === roster.length &&
      told.users === users &&
      JSON.stringify(Object.entries(told.byRole as object).sort()) ===
        JSON.stringify(Object.entries(byRole).sort());
    if (!same)
      yield {
        invariant: 'I8',
        what: `${tenant}: told ${JSON.stringify(told)}, counted ${roster.length}`,
        at: t,
      };
  }
}

/** A row whose TTL is over is as good as gone: DynamoDB takes it away, only later. */
function* leftBehind({ atEnd, lines }: Case): Generator<Violation> {
  const endMs = lines.find(({ k }) => k === 'end')?.t ?? 0;
  for (const row of atEnd) {
    if (isLeftOver(row) && !(Number(row.ttl) * 1000 <= endMs)) {
      yield { invariant: 'I7', what: `${row.pk} ${row.sk} is still there: ${JSON.stringify(row)}` };
    }
  }
}

function isLeftOver({ pk, sk, state }: Row): boolean {
  if (pk.startsWith('CONN#')) return state !== 'closed';
  return pk.startsWith('SUBS#') || pk.startsWith('EXPIRY#') || sk.startsWith('SLOT#');
}
