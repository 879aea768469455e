import {
  type Case,
  type Fields,
  type Findings,
  type Line,
  type Logged,
  loggedAt,
  type Violation,
} from './evidence.ts';
import { failedFanOuts, givenUpEvents, requestsByLog } from './requests.ts';
import { readWindows } from './windows.ts';

/** Who only listens, and what it heard: which frame, and when. */
interface Listener {
  readonly conn: string;
  /** Whether it asked for batches. */
  readonly batch: boolean;
  readonly upAt: number;
  readonly downAt: number;
  readonly heard: readonly (readonly [frame: number, at: number])[];
}

/** In which a unit is tried three times, and comes from the queue again five times if its function dies. */
const windowMs = 4 * 60_000;

/**
 * Listeners repair nothing, so this is what fan-out alone achieves (I1): whoever is connected hears each event of the
 * tenant, as it is in the log, or that it missed some. Forgiven is a frame that the gateway said it delivered and
 * dropped, what failed three times for this one connection, and an event whose own fan-out was reported as failed or
 * whose work unit was given up, or whose publisher died each time that it was at it, or, for who asked for batches, whose window's holder did: for those there
 * is `sync`.
 */
export function judgeCrowd(of: Case): Findings {
  const frames = readFrames(of);
  const listeners = readListeners(of.lines);
  const [first] = listeners;
  if (!first) return { violations: [] };
  const violations: Violation[] = [];
  for (const [number, { text, isOfTheirs }] of frames) {
    if (!isOfTheirs) violations.push({ invariant: 'I10', what: `the crowd heard ${number}: ${text}` });
  }
  const faults = readFaults(of);
  const topic = of.topics.get(`${first.tenant}/tenant:-`);
  const events = [...(topic?.epochs.values() ?? [])].flat();
  const windows = readWindows(of);
  const leftTo = ({ event, at }: Logged) =>
    windows(`${first.tenant}/tenant:-`, event, at - of.skewMs, at + of.skewMs + windowMs).topic.to;
  for (const listener of listeners) {
    const listened = eventsHeard(listener, frames);
    for (const event of events) {
      const wasThere =
        listener.upAt < event.at - of.skewMs && listener.downAt > event.at + of.skewMs + windowMs;
      const { seq } = event.event;
      if (!wasThere || listened.events.has(seq) || listened.resyncs.some((upTo) => upTo >= seq)) continue;
      if (faults.explain(listener, event)) continue;
      if (listener.batch && leftTo(event) === 'a broken one') continue;
      violations.push({ invariant: 'I1', what: `${listener.conn} never heard ${event.text}`, at: event.at });
    }
  }
  return { violations };
}

interface CrowdFrame {
  readonly text: string;
  readonly frame: Fields;
  readonly isOfTheirs: boolean;
}

function readFrames({ lines, topics }: Case): Map<number, CrowdFrame> {
  const tenant = lines.find(({ k }) => k === 'listened')?.tenant;
  return new Map(
    lines.flatMap((line) => {
      if (line.k !== 'crowd frame') return [];
      const text = String(line.frame);
      const frame = JSON.parse(text) as Fields;
      const { type, topic, epoch, seq } = frame;
      const logged: Logged | undefined = loggedAt(topics, `${tenant}/${topic}:-`, epoch, seq);
      const isSignal = type === 'resync' || type === 'disconnect';
      return [[Number(line.number), { text, frame, isOfTheirs: isSignal || logged?.text === text }] as const];
    }),
  );
}

function readListeners(lines: readonly Line[]): (Listener & { readonly tenant: string })[] {
  const upAt = new Map<string, number>();
  const downAt = new Map<string, number>();
  for (const { t, k, conn } of lines) {
    if (k === 'up') upAt.set(String(conn), t);
    if (k === 'down') downAt.set(String(conn), t);
  }
  return lines.flatMap(({ k, conn, tenant, batch, heard }) => {
    if (k !== 'listened') return [];
    const name = String(conn);
    const [from, until] = [upAt.get(name) ?? 0, downAt.get(name) ?? Number.POSITIVE_INFINITY];
    const known = { conn: name, tenant: String(tenant), batch: batch === true, upAt: from, downAt: until };
    return [{ ...known, heard: heard as [number, number][] }];
  });
}

/** Which events it heard, and up to which it was told to ask. */
function eventsHeard({ heard }: Listener, frames: ReadonlyMap<number, CrowdFrame>) {
  const events = new Set<number>();
  const resyncs: number[] = [];
  for (const [number] of heard) {
    const { type, seq, payload } = frames.get(number)?.frame ?? {};
    if (type === 'resync') resyncs.push(Number((payload as Fields).seq));
    else events.add(Number(seq));
  }
  return { events, resyncs };
}

/** Whose connection a fault is about: a post to it failed, or its row, which a unit that comes again reads before. */
function connectionOf(op: unknown, on: unknown): string | undefined {
  const [, row] = op === 'read' ? (/^CONN#(.+)$/.exec(String(on)) ?? []) : [];
  if (row !== undefined) return decodeURIComponent(row);
  return op === 'post' && on !== undefined ? String(on) : undefined;
}

function readFaults({ lines, atRest, skewMs }: Case) {
  const posts = new Map<string, { t: number; fault: string }[]>();
  const failedRefs = failedFanOuts(lines);
  const givenUp = givenUpEvents(lines);
  const sentAt = new Map<string, number>();
  for (const { t, k, op, on, fault, ref, outcome, refused } of lines) {
    const isDone = k === 'run' && outcome === 'answered' && refused === undefined;
    if (isDone && ref !== undefined && !sentAt.has(String(ref))) sentAt.set(String(ref), t);
    const conn = k === 'fault' ? connectionOf(op, on) : undefined;
    if (conn !== undefined) {
      posts.set(conn, [...(posts.get(conn) ?? []), { t, fault: String(fault) }]);
    }
  }
  const requests = requestsByLog(atRest);
  return {
    explain({ conn, downAt }: Listener, { at, key, event }: Logged): boolean {
      const ref = requests.get(key)?.ref ?? '';
      if (failedRefs.has(ref) || givenUp.has(event.id)) return true;
      const sent = sentAt.get(ref);
      if (sent !== undefined && sent > downAt - windowMs) return true;
      const own = (posts.get(conn) ?? []).filter(({ t }) => t > at - skewMs && t < at + skewMs + windowMs);
      return own.some(({ fault }) => fault === 'drop') || own.length >= 3;
    },
  };
}
