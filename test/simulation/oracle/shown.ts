import {
  type Ask,
  answersTo,
  type Case,
  canonical,
  type Fields,
  type Findings,
  homeOf,
  recountedAt,
  type Violation,
} from './evidence.ts';

/** What a connection shows with its presence on a topic, as far as its device can tell. */
interface Shows {
  /** All that it may be, as text; `unset` where it asked for nothing since it came. */
  possible: Set<string>;
  /** When the one thing that it is for certain was asked for, and acknowledged. */
  certain: { readonly askedAt: number; readonly doneAt: number } | undefined;
  /** What was asked for and not answered, and may change it at any time. */
  readonly open: Set<string>;
  /** Of these, and of those that were answered, what was under way together with another: either may have been the last. */
  readonly together: Set<string>;
}

const unset = 'unset';
const nothing = canonical(null);

/**
 * Nobody is shown with anything but what they asked for there (I4). At rest everybody who is somewhere is shown with what
 * the devices that they are there with asked for last, and with nothing where none did since it came (I8).
 */
export function judgeShown(of: Case): Findings {
  const atRest = wrongAtRest(of);
  return {
    violations: [...strange(of), ...atRest.violations],
    exercised: { 'what users show judged': atRest.judged },
  };
}

function* strange(of: Case): Generator<Violation> {
  const wishedAt = new Map<string, number>();
  for (const { action, device, topic, payload, at } of of.asks) {
    const who = of.owners.get(device);
    const wish = `${who?.tenant}/${topic} ${who?.user} ${canonical(payload.data)}`;
    if (action === 'presence.set' && !wishedAt.has(wish)) wishedAt.set(wish, at);
  }
  const asked = new Map(of.asks.map(({ device, ref, topic }) => [`${device} ${ref}`, topic]));
  for (const { device, frame, at } of of.gots) {
    const { data, users } = (frame.payload ?? {}) as { data?: unknown; users?: unknown };
    const shown = frame.type === 'presence' ? data : frame.type === 'ack' ? users : undefined;
    if (!Array.isArray(shown)) continue;
    const topic = frame.topic ?? asked.get(`${device} ${frame.ref}`);
    for (const one of shown as readonly Fields[]) {
      const wish = `${of.owners.get(device)?.tenant}/${topic} ${one.userId} ${canonical(one.data)}`;
      if ((one.data ?? null) === null || (wishedAt.get(wish) ?? Number.POSITIVE_INFINITY) < at) continue;
      yield { invariant: 'I4', what: `${device} was shown ${wish}, which nobody asked for`, at };
    }
  }
}

function wrongAtRest(of: Case): { judged: number; violations: Violation[] } {
  const fromMs = recountedAt(of);
  const shows = readShows(of, fromMs);
  const there = readThere(of, fromMs);
  const violations: Violation[] = [];
  let judged = 0;
  for (const { ask, got, who, answer } of answersTo(of, 'presence.get')) {
    if (ask.at < fromMs) continue;
    const topic = String(ask.topic);
    for (const { userId, data = null } of (answer.users ?? []) as Fields[]) {
      const conns = there.get(`${homeOf(who, topic)} ${userId}`) ?? [];
      const may = possibleOf(
        conns.map((conn) => shows(conn, topic)),
        of.skewMs,
      );
      if ([...may].some((one) => one !== nothing)) judged++;
      if (may.has(canonical(data))) continue;
      const what = `${got.device} was shown ${userId} of ${topic} with ${canonical(data)}, and not ${[...may].join(' or ')}`;
      violations.push({ invariant: 'I8', what, at: got.at });
    }
  }
  return { judged, violations };
}

/** Of several devices' the latest counts, by clocks that are off; one that asked for nothing does not count. */
function possibleOf(devices: readonly Shows[], skewMs: number): ReadonlySet<string> {
  const isOld = ({ certain }: Shows) =>
    certain && devices.some((other) => other.certain && other.certain.askedAt > certain.doneAt + 2 * skewMs);
  const values = devices.flatMap((one) => (isOld(one) ? [] : [...one.possible]));
  const may = new Set(values.filter((value) => value !== unset));
  if (devices.every(({ possible }) => possible.has(unset))) may.add(nothing);
  return may;
}

/** The connections that each user is there with, by topic and user. */
function readThere({ atRest }: Case, fromMs: number): ReadonlyMap<string, readonly string[]> {
  const there = new Map<string, string[]>();
  for (const { pk, sk, ttl } of atRest) {
    const [kind, tenant = '', topic = ''] = pk.split('#');
    if (kind !== 'SUBS' || Number(ttl) * 1000 <= fromMs) continue;
    const [, user = '', conn = ''] = sk.split('#').map(decodeURIComponent);
    const name = `${decodeURIComponent(tenant)}/${topic} ${user}`;
    there.set(name, [...(there.get(name) ?? []), conn]);
  }
  return there;
}

/** Follows what each connection asked for, and what it was answered, up to a time. */
function readShows(of: Case, untilMs: number): (conn: string, topic: string) => Shows {
  const all = new Map<string, Shows>();
  const showsOf = (conn: unknown, topic: unknown): Shows => {
    const name = `${conn} ${topic}`;
    const known = all.get(name) ?? {
      possible: new Set([unset]),
      certain: undefined,
      open: new Set(),
      together: new Set(),
    };
    all.set(name, known);
    return known;
  };
  const asked = new Map<string, Ask>();
  let [askIndex, gotIndex] = [0, 0];
  for (const { t, k } of of.lines) {
    const ask = k === 'ask' ? of.asks[askIndex++] : undefined;
    const got = k === 'got' ? of.gots[gotIndex++] : undefined;
    if (t > untilMs) break;
    if (ask && (ask.action === 'presence.set' || ask.action === 'unsubscribe')) {
      asked.set(`${ask.conn} ${ask.ref}`, ask);
      noteAsked(showsOf(ask.conn, ask.topic), ask);
    }
    if (got?.frame.type === 'unsubscribed') noteLeft(showsOf(got.conn, got.frame.topic));
    const answered = got && asked.get(`${got.conn} ${got.frame.ref}`);
    if (got && answered) noteAnswered(showsOf(got.conn, answered.topic), answered, got.frame, t);
    // A new token may take a topic away, and another give it back.
    if (ask?.action === 'auth')
      for (const [name, one] of all) if (name.startsWith(`${ask.conn} `)) noteLeft(one);
  }
  return showsOf;
}

const shownBy = ({ action, payload }: Ask) => (action === 'presence.set' ? canonical(payload.data) : unset);

function noteAsked(shows: Shows, ask: Ask): void {
  shows.possible.add(shownBy(ask));
  shows.certain = undefined;
  const others = [...shows.open].filter((ref) => ref !== ask.ref);
  if (others.length > 0) for (const ref of [...others, ask.ref]) shows.together.add(ref);
  shows.open.add(ask.ref);
}

/** It may have left, and nobody knows when. */
function noteLeft(shows: Shows): void {
  shows.possible.add(unset);
  shows.certain = undefined;
}

function noteAnswered(shows: Shows, ask: Ask, { type, payload }: Fields, doneAt: number): void {
  const isDone = type === 'ack' && (payload as Fields).dup !== true;
  // Where it was asked for twice, the first may have been done and gone unheard.
  const isAlone = shows.open.has(ask.ref) && !shows.together.has(ask.ref);
  shows.open.delete(ask.ref);
  if (!isDone || !isAlone) return;
  shows.possible = new Set([shownBy(ask)]);
  shows.certain = ask.action === 'presence.set' ? { askedAt: ask.at, doneAt } : undefined;
}
