import { type Case, canonical, type Event, type Fields } from './evidence.ts';

/** @returns what is wrong with a snapshot: it must be what the log adds up to, up to exactly its place. */
export function judgeSnapshot(
  of: Case,
  home: string,
  { epoch, seq }: Fields,
  snapshot: Fields,
  shownBy: 'server' | 'page' = 'server',
): string | undefined {
  const kind = home.slice(home.indexOf('/') + 1, home.indexOf(':'));
  const addUp = sums[kind];
  if (!addUp) return undefined;
  const rows = of.topics.get(home)?.epochs.get(String(epoch)) ?? [];
  if (rows.length < Number(seq)) return `a snapshot at ${seq}, beyond the log`;
  const events = rows.slice(0, Number(seq)).map(({ event }) => event);
  const later = () => rows.slice(Number(seq)).map(({ event }) => event);
  const [shown, added] = addUp(events, snapshot, later, shownBy);
  const [says, is] = [canonical(shown), canonical(added)];
  return says === is ? undefined : `a snapshot at ${seq} says ${says}, the log ${is}`;
}

/** What of the snapshot is compared, and what the events come to. */
type Sum = (
  events: readonly Event[],
  snapshot: Fields,
  later: () => readonly Event[],
  shownBy: 'server' | 'page',
) => [unknown, unknown];

const sums: Readonly<Record<string, Sum>> = {
  client: (events, { engagement, totals }) => [{ engagement, totals }, addUpClient(events)],
  user: addUpUser,
  queue: (events, { doctors, cursor }) => {
    const all = addUpBoard(events);
    // A page of a long board ends with whole doctors.
    const page = cursor === undefined ? all : all.filter(({ doctorId }) => doctorId <= String(cursor));
    return [doctors, page];
  },
  conversation: addUpConversation,
};

function addUpClient(events: readonly Event[]): Fields {
  let engagement: Fields = { status: null, score: null, note: null, updatedAt: null, version: 0 };
  // Any name may be a kind's.
  const totals: Record<string, number> = Object.create(null);
  for (const event of events) {
    const { clientId: _, ...payload } = event.payload;
    if (event.type === 'engagement') engagement = payload;
    if (event.type === 'interaction.forgotten') delete totals[String(event.payload.kind)];
    if (event.type !== 'interaction') continue;
    const kind = String(payload.kind);
    totals[kind] = (totals[kind] ?? 0) + Number(payload.by);
  }
  return { engagement, totals };
}

/**
 * The last ten of each. A page knows of the alerts that it was shown and told of, so that after an acknowledgement it
 * may show one less.
 */
function addUpUser(
  events: readonly Event[],
  snapshot: Fields,
  _later: () => readonly Event[],
  shownBy: 'server' | 'page',
): [unknown, unknown] {
  const open = new Map<unknown, object>();
  const notifications: object[] = [];
  let acknowledged = 0;
  for (const { type, payload, ts: at } of events as readonly (Event & { ts: number })[]) {
    const { alertId, severity, title, id, kind } = payload;
    if (type === 'alert') open.set(alertId, { alertId, severity, title, at });
    if (type === 'alert.acknowledged') {
      open.delete(alertId);
      acknowledged++;
    }
    if (type === 'notification') notifications.push({ id, kind, title, at: payload.at });
  }
  const newest = [...open.values()].reverse().slice(0, 10);
  const fewest = shownBy === 'page' ? newest.length - acknowledged : newest.length;
  const shown = Math.max(fewest, Math.min(newest.length, ((snapshot.alerts ?? []) as object[]).length));
  return [
    snapshot,
    {
      unread: unreadAfter(events).size,
      alerts: newest.slice(0, shown),
      notifications: notifications.reverse().slice(0, 10),
    },
  ];
}

/** The ids of a user's notifications that are unread after these events. */
export function unreadAfter(events: readonly Event[]): Set<string> {
  const unread = new Set<string>();
  for (const { type, payload } of events) {
    if (type === 'notification') unread.add(String(payload.id));
    if (type === 'notification.read') for (const id of payload.ids as string[]) unread.delete(id);
  }
  return unread;
}

function addUpBoard(events: readonly Event[]): { doctorId: string; appointments: unknown }[] {
  const doctors = new Map<string, unknown>();
  for (const { payload } of events) {
    const { doctorId, appointments } = payload;
    if ((appointments as object[]).length > 0) doctors.set(String(doctorId), appointments);
    else doctors.delete(String(doctorId));
  }
  return [...doctors]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([doctorId, appointments]) => ({ doctorId, appointments }));
}

/** Of the answer under way the log knows only the end: what is shown of it must be how that begins. */
function addUpConversation(
  events: readonly Event[],
  { turns, stream }: Fields,
  later: () => readonly Event[],
): [unknown, unknown] {
  const said: object[] = [];
  for (const { type, payload } of events) {
    if (type === 'stream.start') said.push({ role: 'user', text: payload.text });
    if (type === 'stream.end') said.push({ role: 'assistant', ...payload });
  }
  const last = events.at(-1);
  const underWay = last?.type === 'stream.start' ? last.payload.streamId : undefined;
  const { streamId, text } = (stream ?? {}) as Fields;
  const end = later().find((event) => event.type === 'stream.end' && event.payload.streamId === underWay);
  const isStart = !end || String(end.payload.text).startsWith(String(text ?? ''));
  return [
    { turns, streamId, isStart },
    { turns: said, streamId: underWay, isStart: true },
  ];
}
