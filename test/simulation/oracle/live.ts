import { batchingDevices } from './batches.ts';
import {
  type Case,
  collectionOf,
  type Findings,
  homeOf,
  type Line,
  type Logged,
  type Violation,
} from './evidence.ts';
import { mayFollow } from './mayFollow.ts';
import { failedFanOuts, givenUpEvents, requestsByLog } from './requests.ts';
import { type Rights, readSessions, type Session } from './sessions.ts';
import { leftFor, readWindows } from './windows.ts';

/** In which what was not posted at once has come from the queue. */
const windowMs = 10_000;

/**
 * Whoever is connected and follows a topic is sent each of its events when it is committed, with no need to ask (I1):
 * what `sync` repairs a minute later was missed all the same. Forgiven is what a fault befell: a post to this very
 * connection, the function that committed, and the queue, where a crowd, or several events at once, make it work by that;
 * and, for who asked for batches, the function that held the window that the event was left to. Without faults nothing is.
 */
export function judgeLive(of: Case): Findings {
  const sessions = readSessions(of);
  const heard = new Map<string, Set<string>>();
  for (const { conn, text } of of.gots) {
    if (conn !== undefined) heard.set(conn, (heard.get(conn) ?? new Set()).add(text));
  }
  const fanOuts = readFanOuts(of);
  const batching = batchingDevices(of.asks);
  const leftTo = readWindows(of);
  const violations: Violation[] = [];
  let judged = 0;
  for (const { name, epochs } of of.topics.values()) {
    const tenant = name.slice(0, name.indexOf('/'));
    const ofTenant = sessions.filter(({ who }) => who.tenant === tenant);
    const events = [...epochs.values()].flat();
    for (const event of events) {
      const doneAt = fanOuts.doneAt(event);
      if (doneAt === undefined) continue;
      const windows = leftTo(name, event.event, event.at - of.skewMs, doneAt);
      for (const session of ofTenant) {
        const window = batching.has(session.device) ? leftFor(session, name, windows) : undefined;
        const sentBy = Math.max(event.at, doneAt, window?.sentBy ?? 0);
        const [from, until] = [event.at - of.skewMs, sentBy + windowMs];
        if (!wasThere(session, name, from, until) || fanOuts.isFrom(session, event)) continue;
        if (window?.to === 'a broken one') continue;
        if (fanOuts.befell(session, event, from, until, { isShared: window?.to === 'a holder' })) continue;
        judged++;
        if (heard.get(session.conn)?.has(event.text)) continue;
        violations.push({
          invariant: 'I1',
          what: `${session.conn} was not sent ${event.text}`,
          at: event.at,
        });
      }
    }
  }
  return { violations, exercised: { 'live frames judged': judged } };
}

/** Whether it was connected all that time, and followed the topic. */
function wasThere(session: Session, name: string, from: number, until: number): boolean {
  const { who, readyAt, endedAt, rights, entered, namesFeeds } = session;
  if (readyAt > from || endedAt < until) return false;
  const last = rights.findLastIndex(({ at, given }) => given && at <= from);
  const inForce = rights.filter(({ at }, index) => index >= last && at <= until);
  if (last < 0 || inForce.some(({ exp }) => exp < until)) return false;
  const topic = name.slice(name.indexOf('/') + 1);
  const [kind] = topic.split(':');
  if (kind === 'tenant') return true;
  if (kind === 'user') return name === homeOf(who, 'user:me');
  const wire = kind === 'msp' ? kind : topic;
  const allows = ({ roles, clients }: Rights) => mayFollow(wire, roles, clients);
  if (!inForce.every(allows)) return false;
  const isFeed = kind === 'msp' || kind === 'client';
  if (isFeed && (!namesFeeds || rights.every((token) => token.at > until || allows(token)))) return true;
  const stays = [...(entered.get(wire) ?? []), ...(entered.get(collectionOf(wire)) ?? [])];
  return stays.some((stay) => stay.from <= from && stay.until >= until);
}

const timesOf = (lines: readonly Line[]) => lines.map(({ t }) => t);
const anyWithin = (times: readonly number[], from: number, until: number) =>
  times.some((t) => t >= from && t <= until);

/** What became of the fan-outs, and what befell them. */
export function readFanOuts({ lines, atRest, asks, skewMs }: Case) {
  const requests = requestsByLog(atRest);
  const deviceOf = new Map(asks.map(({ ref, device }) => [ref, device]));
  const runs = new Map<string, number | undefined>();
  const failed = failedFanOuts(lines);
  const givenUp = givenUpEvents(lines);
  const posts = new Map<string, number[]>();
  for (const { t, k, ref, outcome, refused, op, on } of lines) {
    if (k === 'run' && ref !== undefined) {
      const isDone = outcome === 'answered' && refused === undefined;
      runs.set(String(ref), runs.get(String(ref)) ?? (isDone ? t : undefined));
    }
    if (k === 'fault' && op === 'post') posts.set(String(on), [...(posts.get(String(on)) ?? []), t]);
  }
  const bySender = (by: unknown) => by === 'message' || by === 'http';
  const faults = lines.filter(({ k }) => k === 'fault');
  const ofQueue = timesOf(
    faults.filter(
      ({ op, by, fault }) =>
        op === 'send' || (by === 'deliver' && (op !== 'post' || /^crash/.test(String(fault)))),
    ),
  );
  const crowded = lines.find(({ k }) => k === 'listened')?.tenant;
  const behindQueues = timesOf(faults.filter(({ by }) => by !== undefined && by !== 'emit' && !bySender(by)));
  return {
    /** When the function that committed it had sent it; nothing where it died, or said that it could not. */
    doneAt({ key, event, at }: Logged): number | undefined {
      const ref = requests.get(key)?.ref;
      if (ref === undefined || failed.has(ref) || givenUp.has(event.id)) return undefined;
      if (runs.has(ref)) return runs.get(ref);
      const latest = at + skewMs;
      return anyWithin(behindQueues, at - skewMs, latest + windowMs) ? undefined : latest;
    },
    /** What somebody says in a room is not sent back to the connection that it came by. */
    isFrom: ({ device }: Session, { key, event }: Logged): boolean =>
      event.topic.startsWith('room:') && deviceOf.get(requests.get(key)?.ref ?? '') === device,
    befell(
      { conn, who }: Session,
      { key }: Logged,
      from: number,
      until: number,
      { isShared = false } = {},
    ): boolean {
      const isForQueue = isShared || who.tenant === crowded || Number(requests.get(key)?.events) > 1;
      return anyWithin(posts.get(conn) ?? [], from, until) || (isForQueue && anyWithin(ofQueue, from, until));
    },
  };
}
