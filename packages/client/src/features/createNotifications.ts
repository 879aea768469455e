import { liveStore } from '../base/liveStore.ts';
import { ownerWatch } from '../base/ownerWatch.ts';
import type { Store } from '../base/store.ts';
import type { TidingsError } from '../base/tidingsError.ts';
import type { AnyClient, Client } from '../client.ts';
import type { RequestAnswer } from '../contract.ts';
import {
  afterEvent,
  type NotificationEvent,
  type NotificationFilter,
  type NotificationItem,
  type NotificationList,
  withItems,
} from './notificationList.ts';
import type { TidingsContract } from './tidingsContract.ts';

/** Which notifications are listed, and how many at a time. */
export interface NotificationsOptions extends NotificationFilter {
  /** How many a page has at most. @default 50 */
  readonly limit?: number;
}

/** What is known of a user’s notifications. */
export interface Notifications {
  /** The newest first. */
  readonly items: readonly NotificationItem[];
  /** How many the user has not read, of all kinds. */
  readonly unread: number;
  /** Whether there are older ones to load. */
  readonly hasMore: boolean;
  /** `loading`: the first page was asked for and is not here. */
  readonly state: 'loading' | 'ready' | 'failed';
  readonly error: TidingsError | undefined;
}

/** A user’s notifications, and what can be done with them. */
export interface NotificationStore extends Store<Notifications> {
  /** Adds the next page of older ones. Does nothing where there is none, or one is under way. */
  loadMore(): Promise<void>;
  /** Marks as read, here at once and then on all devices; is taken back when it fails. @throws TidingsError */
  markRead(ids: readonly string[]): Promise<void>;
  markAllRead(): Promise<void>;
}

type Page = RequestAnswer<TidingsContract, 'notification.list'>;

export const noNotifications: Notifications = {
  items: [],
  unread: 0,
  hasMore: false,
  state: 'loading',
  error: undefined,
};

/** The user's notifications, kept up while somebody listens. */
export function createNotifications(
  anyClient: AnyClient,
  { limit, ...filter }: NotificationsOptions = {},
): NotificationStore {
  const client: Pick<Client, 'topic' | 'request' | 'status'> = anyClient;
  const feed = client.topic('user');
  const isAnotherUser = ownerWatch(client);
  let cursor: string | undefined;
  let run = 0;
  let paging: Promise<void> | undefined;
  /** What came while a list is on its way: it may be newer than the list, or in it. */
  let meanwhile: NotificationEvent[] | undefined;

  const store = liveStore<Notifications>(noNotifications, ({ set }) => {
    /** Nobody is shown what another user was told. */
    const onStatus = () => {
      if (!isAnotherUser()) return false;
      set(noNotifications);
      void load();
      return true;
    };
    const stops = [
      feed.on('notification', take),
      feed.on('notification.read', take),
      feed.on('reset', () => void load()),
      // What kept the list from being read may be over.
      feed.on('joined', () => store.getSnapshot().state === 'failed' && void load()),
      client.status.subscribe(onStatus),
    ];
    if (!onStatus()) void load();
    return () => {
      run++;
      meanwhile = undefined;
      for (const stop of stops) stop();
    };
  });
  const change = (more: Partial<Notifications>) => store.set({ ...store.getSnapshot(), ...more });
  const list = (from?: string) =>
    client.request('notification.list', {
      ...filter,
      ...(limit !== undefined && { limit }),
      ...(from !== undefined && { cursor: from }),
    });

  function take(event: NotificationEvent) {
    meanwhile?.push(event);
    change(afterEvent(store.getSnapshot(), event, filter));
  }

  async function load() {
    const mine = ++run;
    meanwhile = [];
    cursor = undefined;
    try {
      // Joined first: what is sent while the list is read comes as an event.
      await feed.joined();
      const page = await list();
      if (mine === run) show(page, []);
    } catch (error) {
      if (mine === run) fail(error, { state: 'failed' });
    }
  }

  function show(page: Page, older: readonly NotificationItem[]) {
    const listed: NotificationList = { items: withItems(older, page.items), unread: page.unread };
    const all = (meanwhile ?? []).reduce((now, event) => afterEvent(now, event, filter), listed);
    meanwhile = undefined;
    cursor = page.cursor;
    change({ ...all, hasMore: cursor !== undefined, state: 'ready', error: undefined });
  }

  function fail(error: unknown, more: Partial<Notifications> = {}) {
    meanwhile = undefined;
    change({ ...more, error: error as TidingsError });
  }

  async function nextPage(from: string) {
    const mine = run;
    meanwhile = [];
    try {
      const page = await list(from);
      if (mine === run) show(page, store.getSnapshot().items);
    } catch (error) {
      if (mine === run) fail(error);
    } finally {
      paging = undefined;
    }
  }

  async function mark(ids: readonly string[], marking: { ids: string[] } | { all: true }) {
    const marked = new Set(
      store
        .getSnapshot()
        .items.filter(({ id, read }) => !read && ids.includes(id))
        .map(({ id }) => id),
    );
    const show = (as: { readonly read: boolean }) =>
      change({
        items: store.getSnapshot().items.map((item) => (marked.has(item.id) ? { ...item, ...as } : item)),
      });
    show({ read: true });
    try {
      const { unread, seq } = await client.request('notification.read', marking);
      // What was marked is told by an event, in its order among the others. Without one nothing had to be.
      if (seq === undefined) change({ unread });
    } catch (error) {
      show({ read: false });
      throw error;
    }
  }

  return {
    subscribe: store.subscribe,
    getSnapshot: store.getSnapshot,
    loadMore() {
      if (cursor === undefined) return Promise.resolve();
      paging ??= nextPage(cursor);
      return paging;
    },
    markRead: (ids) => mark(ids, { ids: [...ids] }),
    markAllRead: () =>
      mark(
        store.getSnapshot().items.map(({ id }) => id),
        { all: true },
      ),
  };
}
