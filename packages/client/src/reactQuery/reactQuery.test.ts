// @vitest-environment jsdom
import {
  notifyManager,
  QueryClient,
  QueryClientProvider,
  useInfiniteQuery,
  useQuery,
} from '@tanstack/react-query';
import { createElement, type FunctionComponent } from 'react';
import { expect, onTestFinished, test } from 'vitest';
import { renderPage } from '../../test/renderPage.ts';
import { startClient } from '../../test/startClient.ts';
import type { Client } from '../index.ts';
import { bindNotifications, bindQueryClient, notificationsQuery, topicQuery } from './index.ts';

const acme = (login: number) => ({ clientId: 'acme', engagement: {}, totals: { login } });
const interaction = (login: number) => ({
  clientId: 'acme',
  kind: 'login',
  by: 1,
  total: 1,
  totals: { login },
});

// Queries tell their observers in a batch, one timer later unless told otherwise.
notifyManager.setScheduler(queueMicrotask);

async function withQueries(component: FunctionComponent, started = startClient()) {
  const queries = new QueryClient();
  onTestFinished(() => queries.clear());
  const content = createElement(QueryClientProvider, { client: queries }, createElement(component));
  const page = await renderPage(content, { started });
  const settle = async () => {
    do await page.after(() => {});
    while (queries.isFetching() > 0);
  };
  await settle();
  return { page, queries, settle, server: started.server, client: started.client };
}

test('a query has the state of a topic, and its events keep it fresh while it is shown', async () => {
  const started = startClient();
  started.server.topic('client:acme').snapshot = acme(1);
  function Logins() {
    const { data } = useQuery(topicQuery(started.client, 'client', 'acme'));
    return data ? `logins: ${data.totals.login}` : 'not yet';
  }
  const { page, server, queries, settle } = await withQueries(Logins, started);
  expect(page.text()).toBe('logins: 1');
  await page.after(() => server.publish('client:acme', 'interaction', interaction(2)));
  await settle();
  expect(page.text()).toBe('logins: 2');
  await page.render('left');
  await page.after(() => {}, 2_000);
  expect(server.asked('unsubscribe')).toHaveLength(1);
  expect(
    queries
      .getQueryCache()
      .find({ queryKey: ['tidings', 'client:acme'] })
      ?.isStale(),
  ).toBe(true);
});

test.each([
  ['forbidden', (_: Client) => {}],
  ['closed', (client: Client) => client.close()],
])('a query of a topic that does not come fails with the reason: %s', async (code, end) => {
  const started = startClient();
  started.server.respond('subscribe', () => (code === 'forbidden' ? { refused: code } : undefined));
  const hold = started.client.topic('tenant').hold();
  await started.server.advance(0);
  function Feed() {
    const { error, isPending } = useQuery(topicQuery(started.client, 'msp'));
    return isPending ? 'not yet' : ((error as { code?: string } | null)?.code ?? 'no error');
  }
  const queries = new QueryClient();
  onTestFinished(() => queries.clear());
  const content = createElement(QueryClientProvider, { client: queries }, createElement(Feed));
  const page = await renderPage(content, { started });
  await page.after(() => end(started.client));
  await page.after(() => {});
  expect(page.text()).toBe(code);
  hold();
});

test('an event patches the data of one key and has others fetched again', async () => {
  const started = startClient();
  let fetched = 0;
  const since = () => {
    const count = fetched;
    fetched = 0;
    return count;
  };
  function Report() {
    const totals = useQuery({
      queryKey: ['totals', 'acme'],
      queryFn: () => ({ login: 0 }),
      staleTime: Number.POSITIVE_INFINITY,
    });
    useQuery({ queryKey: ['report', 'acme'], queryFn: () => ++fetched });
    return `${totals.data?.login} logins`;
  }
  const { page, server, client, queries, settle } = await withQueries(Report, started);
  const stop = bindQueryClient(queries, client.topic('client', 'acme'), {
    interaction: ({ payload: { clientId, totals } }) => [
      { patch: ['totals', clientId], with: () => totals },
      { patch: ['totals', 'nobody'], with: () => totals },
    ],
    engagement: ({ payload }) => ({ invalidate: ['report', payload.clientId] }),
    reset: [['report']],
  });
  await settle();
  since();
  await page.after(() => server.publish('client:acme', 'interaction', interaction(5)));
  await settle();
  expect([page.text(), since()]).toEqual(['5 logins', 0]);
  expect(queries.getQueryData(['totals', 'nobody'])).toBeUndefined();
  await page.after(() => server.publish('client:acme', 'engagement', { clientId: 'acme' }));
  await settle();
  expect(since()).toBe(1);
  await page.after(() => {
    server.drop();
    server.recreate('client:acme');
  }, 60_000);
  await settle();
  expect(since()).toBe(1);
  stop();
  await page.after(() => server.publish('client:acme', 'engagement', { clientId: 'acme' }));
  await settle();
  expect(since()).toBe(0);
});

test.each([false, true])(
  'what happened between a fetch and the first join is fetched again, once (joined before: %s)',
  async (wasJoined) => {
    const { server, client } = startClient();
    const queries = new QueryClient();
    onTestFinished(() => queries.clear());
    const queryKey = ['report'];
    await queries.fetchQuery({ queryKey, queryFn: () => 1 });
    const topic = client.topic('client', 'acme');
    if (wasJoined) {
      topic.hold();
      await server.advance(0);
    }
    const stop = bindQueryClient(queries, topic, { reset: [queryKey] });
    await server.advance(0);
    expect(queries.getQueryState(queryKey)?.isInvalidated).toBe(true);
    queries.setQueryData(queryKey, 2);
    server.drop();
    await server.advance(1_000);
    expect(queries.getQueryState(queryKey)?.isInvalidated).toBe(false);
    stop();
  },
);

const item = (id: string) => ({ id, kind: 'note', title: id, at: 1, read: false });

test('the history of notifications goes back page by page, and new ones come to its front', async () => {
  const started = startClient();
  started.server.respond('notification.list', ({ payload }) =>
    payload?.cursor ? { items: [item('a')], unread: 2 } : { items: [item('b')], unread: 2, cursor: 'b' },
  );
  let more: () => unknown = () => {};
  function History() {
    const { data, fetchNextPage, hasNextPage } = useInfiniteQuery(notificationsQuery(started.client));
    more = fetchNextPage;
    const all = data?.pages.flatMap(({ items }) => items.map(({ id, read }) => (read ? id : `[${id}]`)));
    return `${all?.join(' ')}${hasNextPage ? ' …' : ''}`;
  }
  const { page, server, client, queries, settle } = await withQueries(History, started);
  const stop = bindNotifications(queries, client);
  await settle();
  expect(page.text()).toBe('[b] …');
  await page.after(() => void more());
  await settle();
  expect(page.text()).toBe('[b] [a]');
  await page.after(() => server.publish('user:me', 'notification', { ...item('c'), unread: 3 }));
  await page.after(() => server.publish('user:me', 'notification.read', { ids: ['a'], unread: 2 }));
  await settle();
  expect(page.text()).toBe('[c] [b] a');
  stop();
});

test('another user is not shown the notifications of the one before', async () => {
  const hello = { userId: 'ada' };
  const started = startClient({}, { hello });
  started.server.respond('notification.list', () => ({ items: [item('your salary')], unread: 1 }));
  function History() {
    const { data } = useInfiniteQuery(notificationsQuery(started.client));
    return data?.pages.flatMap(({ items }) => items.map(({ id }) => id)).join() ?? 'not yet';
  }
  const { page, server, client, queries, settle } = await withQueries(History, started);
  const stop = bindNotifications(queries, client);
  await settle();
  expect(page.text()).toBe('your salary');
  await page.after(() => client.close());
  hello.userId = 'bo';
  server.respond('notification.list', () => undefined);
  await page.after(() => client.connect(), 1_000);
  expect(page.text()).toBe('not yet');
  stop();
});
