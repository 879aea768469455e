import type { Client, ClientSnapshot, Store, TidingsError, TopicEvent } from '@tidings/client';
import { topicView } from '@tidings/client/features';
import { createValue } from '../../base/value.ts';
import { topicOf } from '../../topics/kinds.ts';
import { toLogEvent } from '../../topics/log/event.ts';
import { type Activity, createActivity } from './activity.ts';
import { happenedBy, readDay } from './readDay.ts';
import type { ClientRow } from './rows.ts';

/** All clients that somebody may see. */
export interface Board {
  readonly rows: readonly ClientRow[];
  readonly isJoined: boolean;
  readonly error: TidingsError | undefined;
}

export interface ClientBoard extends Store<Board> {
  readonly activity: Activity;
}

/** For whom a board is. */
export interface SeenBy {
  /** The clients of a client's user; the staff sees all. */
  readonly own: readonly string[] | undefined;
  /** Whether topics' logs may be read as an admin does. */
  readonly isReader: boolean;
}

const boards = new WeakMap<Client, ClientBoard>();

/**
 * The one board of a session. Once it was looked at it is kept up until the session ends, so that its curves go on
 * while somebody looks at another page.
 */
export function clientBoard(client: Client, seen: SeenBy): ClientBoard {
  const known = boards.get(client);
  if (known) return known;
  const made = createBoard(client, seen);
  boards.set(client, made);
  return made;
}

function createBoard(client: Client, { own, isReader }: SeenBy): ClientBoard {
  const activity = createActivity((id) => readDay(client, id, isReader));
  const lastAt = new Map<string, number>();
  const value = createValue<Board>({ rows: [], isJoined: own?.length === 0, error: undefined });
  const known = new Map<ClientSnapshot, ClientRow>();

  /** The same row for what has not changed, so that it is not drawn anew. */
  function toRow(snapshot: ClientSnapshot & { readonly updatedAt?: number }): ClientRow {
    const { clientId, engagement, totals, updatedAt } = snapshot;
    const at = lastAt.get(clientId) ?? updatedAt ?? engagement.updatedAt ?? undefined;
    const before = known.get(snapshot);
    if (before?.lastAt === at && before) return before;
    return { clientId, engagement, totals, lastAt: at };
  }

  function show(snapshots: readonly ClientSnapshot[], state: Omit<Board, 'rows'>) {
    const rows = snapshots.map((one) => [one, toRow(one)] as const);
    known.clear();
    for (const [snapshot, row] of rows) known.set(snapshot, row);
    value.set({ rows: rows.map(([, row]) => row), ...state });
  }

  function take(event: TopicEvent) {
    const { topic, ts = Date.now(), type } = event;
    if (!/^(interaction|engagement)/.test(type)) return;
    const id = topic.slice(topic.indexOf(':') + 1);
    const numbering = topicOf(client, topic).position?.epoch;
    // By this machine's clock: curves end now, wherever the server's clock stands.
    activity.add(id, { ...happenedBy(toLogEvent(event, topic, numbering)), at: Date.now() });
    lastAt.set(id, ts);
    readSoon();
  }

  const names = own ? own.map((id) => `client:${id}`) : ['client:*'];
  const topics = names.map((name) => topicOf(client, name));
  const views = topics.map((topic) => topicView<never, never>(topic));
  let isDue = false;

  /** Once for all events of a frame, and after each of them has been counted. */
  function readSoon() {
    if (isDue) return;
    isDue = true;
    queueMicrotask(() => {
      isDue = false;
      read();
    });
  }

  function read() {
    const states = views.map((view) => view.getSnapshot());
    const snapshots = states.flatMap(({ data }) => snapshotsIn(data));
    const error = states.find((state) => state.error)?.error;
    show(snapshots, { isJoined: states.every(({ isJoined }) => isJoined), error });
  }

  for (const topic of topics) {
    topic.on('*', take);
    // What came while nobody was connected is in the log.
    topic.on('joined', activity.readAgain);
  }
  for (const view of views) view.subscribe(readSoon);
  return { ...value, activity };
}

/** Of one client, or of all of them. */
const snapshotsIn = (data: unknown): readonly ClientSnapshot[] => {
  if (!data) return [];
  return 'clients' in Object(data)
    ? (data as { clients: ClientSnapshot[] }).clients
    : [data as ClientSnapshot];
};
