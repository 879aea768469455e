// @vitest-environment jsdom
import {
  notifyManager,
  QueryClient,
  QueryClientProvider,
  useQuery,
  useSuspenseQuery,
} from '@tanstack/react-query';
import { createElement } from 'react';
import { expect, onTestFinished, test } from 'vitest';
import { renderPage } from '../../test/renderPage.ts';
import { startClient } from '../../test/startClient.ts';
import type { Client } from '../index.ts';
import { topicQuery } from './index.ts';

notifyManager.setScheduler(queueMicrotask);

const name = 'client:acme';
const acme = (login: number) => ({ clientId: 'acme', engagement: {}, totals: { login } });

function Logins({ client, id = 'acme' }: { client: Client; id?: string }) {
  const { data } = useQuery(topicQuery(client, 'client', id));
  return data ? `logins: ${data.totals.login}` : 'not yet';
}

function start(server?: ReturnType<typeof startClient>['server']) {
  const started = startClient({}, server);
  if (!server) started.server.topic(name).snapshot = acme(1);
  const queries = new QueryClient();
  onTestFinished(() => queries.clear());
  const show = (client = started.client, id = 'acme') =>
    createElement(QueryClientProvider, { client: queries }, createElement(Logins, { client, id }));
  const login = (login: number) =>
    started.server.publish(name, 'interaction', { clientId: 'acme', totals: { login } });
  return { started, queries, show, login, ...started };
}

async function render(
  content: ReturnType<ReturnType<typeof start>['show']>,
  started: ReturnType<typeof startClient>,
) {
  const page = await renderPage(content, { started });
  const settle = async (run: () => unknown = () => {}, ms = 0) => {
    await page.after(run, ms);
    await page.after(() => {});
  };
  await settle();
  return { page, settle };
}

test('data that was restored is brought up to date and followed', async () => {
  const { started, queries, show, login, server } = start();
  server.topic(name).snapshot = acme(5);
  queries.setQueryData(['tidings', name], acme(1) as never);
  const { page, settle } = await render(show(), started);
  expect(page.text()).toBe('logins: 5');
  await settle(() => login(6));
  expect(page.text()).toBe('logins: 6');
});

test('restored data is followed also where a component comes to it from another topic', async () => {
  const { started, queries, show, login, server } = start();
  server.topic('client:beta').snapshot = { ...acme(9), clientId: 'beta' };
  queries.setQueryData(['tidings', name], acme(0) as never);
  const { page, settle } = await render(show(started.client, 'beta'), started);
  expect(page.text()).toBe('logins: 9');
  await page.render(show());
  await settle();
  expect(page.text()).toBe('logins: 1');
  await settle(() => login(2));
  expect(page.text()).toBe('logins: 2');
});

test('what was fetched before a component shows it is followed from then on, and not fetched again', async () => {
  const { started, queries, show, login, client, server } = start();
  const fetched = queries.prefetchQuery(topicQuery(client, 'client', 'acme'));
  await server.advance(0);
  await fetched;
  const stop = client.topic('client', 'acme').hold();
  login(2);
  await server.advance(5_000);
  const before = queries.getQueryState(['tidings', name])?.dataUpdateCount ?? 0;
  const { page, settle } = await render(show(), started);
  expect(page.text()).toBe('logins: 2');
  expect(queries.getQueryState(['tidings', name])?.dataUpdateCount).toBe(before + 1);
  await settle(() => login(3));
  expect(page.text()).toBe('logins: 3');
  stop();
});

test.each([true, false])(
  'a query is followed by the client that it was fetched with last (cleared: %s)',
  async (isCleared) => {
    const { started, queries, show, login, client, server } = start();
    const { page, settle } = await render(show(), started);
    expect(page.text()).toBe('logins: 1');
    await page.render('signed out');
    client.close();
    if (isCleared) queries.clear();
    const { client: second } = startClient({}, server);
    onTestFinished(() => second.close());
    await page.render(show(second));
    await settle();
    await settle(() => login(2));
    expect(page.text()).toBe('logins: 2');
  },
);

test('under suspense, too, data that was restored just now is brought up to date', async () => {
  const { started, queries, client, server } = start();
  server.topic(name).snapshot = acme(5);
  queries.setQueryData(['tidings', name], acme(1) as never);
  function Suspended() {
    return useSuspenseQuery(topicQuery(client, 'client', 'acme')).data?.totals.login;
  }
  const content = createElement(QueryClientProvider, { client: queries }, createElement(Suspended));
  const { page } = await render(content, started);
  expect(page.text()).toBe('5');
});

test('a query that was removed is not brought back by an event', async () => {
  const { started, queries, show, login } = start();
  const { page, settle } = await render(show(), started);
  expect(page.text()).toBe('logins: 1');
  queries.clear();
  await settle(() => login(2));
  expect(queries.getQueryCache().getAll()).toEqual([]);
});
