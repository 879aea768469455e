import type { Client, ClientSnapshot, Store, TidingsError, TopicEvent } from '@tidings/client';
import { topicView } from '@tidings/client/features';
import { createValue } from '../../base/value.ts';
import { topicOf } from '../../topics/kinds.ts';
import { type Activity, createActivity } from './activity.ts';
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

const boards = new WeakMap<Client, ClientBoard>();

/**
 * The one board of a session. Once it was looked at it is kept up until the session ends, so that its curves go on
 * while somebody looks at another page.
 *
 * @param own the clients of a client's user; the staff sees all
 */
export function clientBoard(client: Client, own: readonly string[] | undefined): ClientBoard {
  const known = boards.get(client);
  if (known) return known;
  const made = createBoard(client, own);
  boards.set(client, made);
  return made;
}

function createBoard(client: Client, own: readonly string[] | undefined): ClientBoard {
  const activity = createActivity(Date.now());
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

  function take({ topic, ts = Date.now(), type, payload }: TopicEvent) {
    if (!/^(interaction|engagement)/.test(type)) return;
    const id = topic.slice(topic.indexOf(':') + 1);
    const { by = 1 } = payload as { readonly by?: number };
    // By this machine's clock: curves end now, wherever the server's clock stands.
    activity.add(id, Date.now(), type === 'interaction' ? by : 1);
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

  for (const topic of topics) topic.on('*', take);
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
