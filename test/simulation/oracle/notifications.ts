import {
  answersTo,
  type Case,
  canonical,
  type Event,
  eventsOf,
  type Fields,
  type Findings,
  homeOf,
  loggedAt,
  recountedAt,
  topicsOf,
  type Violation,
} from './evidence.ts';
import { unreadAfter } from './snapshots.ts';

/**
 * Each event's count of the unread is a recount of the log; what is stored is what was sent; and at rest every
 * list, every snapshot and every device of a user comes to the same (I8).
 */
export function judgeNotifications(of: Case): Findings {
  const rules = [wrongCounts, wrongRows, wrongLists, wrongSnapshots, devicesApart];
  return { violations: rules.flatMap((rule) => [...rule(of)]) };
}

const wrong = (what: string, at?: number): Violation => ({
  invariant: 'I8',
  what,
  ...(at !== undefined && { at }),
});

function* wrongCounts({ topics }: Case): Generator<Violation> {
  for (const { topic } of topicsOf(topics, 'user')) {
    const unread = new Set<string>();
    const known = new Set<string>();
    for (const { type, payload, seq } of eventsOf(topic)) {
      const at = `${topic.name} ${seq}`;
      if (type === 'notification') {
        const id = String(payload.id);
        if (known.has(id)) yield wrong(`${at}: ${id} is sent twice`);
        known.add(id);
        unread.add(id);
      } else if (type === 'notification.read') {
        for (const id of payload.ids as string[]) {
          if (!unread.delete(id)) yield wrong(`${at}: ${id} was not unread`);
        }
      } else continue;
      if (payload.unread !== unread.size)
        yield wrong(`${at} says ${payload.unread} unread, and there are ${unread.size}`);
    }
  }
}

function* wrongRows({ topics, atRest }: Case): Generator<Violation> {
  const stored = new Map<string, string[]>();
  for (const { pk, item } of atRest) {
    if (!pk.startsWith('NOTE#')) continue;
    stored.set(pk, [...(stored.get(pk) ?? []), canonical(JSON.parse(String(item)))]);
  }
  for (const { topic, tenant, id } of topicsOf(topics, 'user')) {
    const sent = eventsOf(topic).flatMap(({ type, payload }) => {
      if (type !== 'notification') return [];
      const { read: _, unread: __, ...item } = payload;
      return [canonical(item)];
    });
    const rows = stored.get(`NOTE#${encodeURIComponent(tenant)}#${encodeURIComponent(id)}`) ?? [];
    if (rows.join() !== sent.join())
      yield wrong(`${topic.name}: ${sent.length} were sent, and ${rows.length} are stored`);
  }
}

/** Each page of a list is the newest of what is unread, and its count that of all pages together. */
function* wrongLists(of: Case): Generator<Violation> {
  const fromMs = recountedAt(of);
  const listed = new Map<string, { unread: unknown; ids: string[]; whole: boolean }>();
  for (const { ask, got, answer } of answersTo(of, 'notification.list')) {
    if (ask.at < fromMs) continue;
    const list = listed.get(got.device) ?? { unread: answer.unread, ids: [], whole: false };
    list.ids.push(...(answer.items as Fields[]).map(({ id }) => String(id)));
    list.whole = answer.cursor === undefined;
    listed.set(got.device, list);
  }
  for (const [device, { unread, ids, whole }] of listed) {
    const events = eventsOf(topicOf(of, device));
    const newestFirst = [...unreadAfter(events)].reverse();
    const isListed = whole && ids.join() === newestFirst.join();
    if (unread !== newestFirst.length || !isListed) {
      yield wrong(
        `${device} was listed ${ids.length} of ${unread}, and ${newestFirst.length} are unread`,
        fromMs,
      );
    }
  }
}

function* wrongSnapshots(of: Case): Generator<Violation> {
  const fromMs = recountedAt(of);
  for (const { ask, got, answer } of answersTo(of, 'subscribe', 'subscribed')) {
    if (ask.at < fromMs || ask.topic !== 'user:me') continue;
    const { unread } = answer.snapshot as Fields;
    const { size } = unreadAfter(eventsOf(topicOf(of, got.device)));
    if (unread !== size)
      yield wrong(`${got.device} was shown ${unread} unread, and there are ${size}`, got.at);
  }
}

/** What a device shows by itself: the last snapshot that it began with, and the events that it was given since. */
function* devicesApart(of: Case): Generator<Violation> {
  const shown = new Map<string, unknown>();
  for (const { k, d, topic, epoch, seq, snapshot } of of.lines) {
    if (topic !== 'user:me') continue;
    const device = String(d);
    if (k === 'reset' && snapshot) shown.set(device, (snapshot as Fields).unread);
    if (k !== 'deliver') continue;
    const owner = of.owners.get(device);
    const logged = owner && loggedAt(of.topics, homeOf(owner, 'user:me'), epoch, seq);
    if (logged && isOfNotifications(logged.event)) shown.set(device, logged.event.payload.unread);
  }
  const rest = of.lines.find(({ k }) => k === 'rest');
  for (const { d, ready } of (rest?.devices ?? []) as Fields[]) {
    const device = String(d);
    if (!ready || !shown.has(device)) continue;
    const { size } = unreadAfter(eventsOf(topicOf(of, device)));
    if (shown.get(device) !== size)
      yield wrong(`${device} shows ${shown.get(device)} unread, and there are ${size}`);
  }
}

const isOfNotifications = ({ type }: Event) => type === 'notification' || type === 'notification.read';

function topicOf(of: Case, device: string) {
  const owner = of.owners.get(device);
  return owner && of.topics.get(homeOf(owner, 'user:me'));
}
