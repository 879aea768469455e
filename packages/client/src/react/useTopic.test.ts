// @vitest-environment jsdom
import { Component, createElement, type ReactNode, StrictMode, Suspense } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import { renderPage } from '../../test/renderPage.ts';
import { openClient, startClient } from '../../test/startClient.ts';
import { TidingsProvider, useTopic } from './index.ts';

const acme = (totals: Record<string, number>) => ({
  clientId: 'acme',
  engagement: { status: null, score: null, note: null, updatedAt: null, version: 0 },
  totals,
});

function withAcme() {
  const started = startClient();
  started.server.topic('client:acme').snapshot = acme({ login: 1 });
  return started;
}

function Logins({ suspense = false }) {
  const { data, isJoined } = useTopic('client', 'acme', { select: (state) => state?.totals.login, suspense });
  return createElement('p', null, isJoined ? `logins: ${data}` : 'not yet');
}

const interaction = (totals: object) => ({ clientId: 'acme', kind: 'login', by: 1, total: 2, totals });

test('a component shows the state of a topic, and its events as they come', async () => {
  const page = await renderPage(createElement(Logins), { started: withAcme() });
  expect(page.text()).toBe('logins: 1');
  await page.after(() => page.server.publish('client:acme', 'interaction', interaction({ login: 2 })));
  expect(page.text()).toBe('logins: 2');
});

test('a component does not render for what its selector leaves out', async () => {
  let renders = 0;
  function Counting() {
    const { data } = useTopic('client', 'acme', {
      select: (state) => Object.keys(state?.totals ?? {}),
      isEqual: (a, b) => a.join() === b.join(),
    });
    renders++;
    return data.join();
  }
  const page = await renderPage(createElement(Counting), { started: withAcme() });
  const before = renders;
  await page.after(() => page.server.publish('client:acme', 'interaction', interaction({ login: 2 })));
  expect(renders).toBe(before);
  await page.after(() =>
    page.server.publish('client:acme', 'interaction', interaction({ login: 2, call: 1 })),
  );
  expect([renders, page.text()]).toEqual([before + 1, 'login,call']);
});

test('under StrictMode there is one socket and one subscription', async () => {
  const page = await renderPage([createElement(Logins, { key: 1 }), createElement(Logins, { key: 2 })], {
    started: withAcme(),
    strict: true,
  });
  expect(page.text()).toBe('logins: 1logins: 1');
  await page.after(() => {}, 5_000);
  expect(page.server.connections()).toHaveLength(1);
  expect(page.server.transcript.filter(({ way }) => way === 'opened')).toHaveLength(1);
  expect(page.server.asked('unsubscribe')).toEqual([]);
});

test('a topic that no component shows any more is left', async () => {
  const page = await renderPage(createElement(Logins), { started: withAcme() });
  await page.render('gone');
  await page.after(() => {}, 2_000);
  expect(page.server.asked('unsubscribe')).toMatchObject([{ topic: 'client:acme' }]);
});

function Messages({ room }: { room: string }) {
  const { data } = useTopic('room', room, {
    initial: (): readonly string[] => [],
    reducer: (all, event) => (event.type === 'room.message' ? [...all, event.payload.body] : all),
    select: (all) => all.join(' '),
  });
  return data;
}

const say = (body: string) => ['room:a', 'room.message', { body }] as const;

test('a reducer makes a state of a component’s own, which begins anew where events were missed for good', async () => {
  const page = await renderPage(createElement(Messages, { room: 'a' }));
  await page.after(() => page.server.publish(...say('one')));
  await page.after(() => page.server.publish(...say('two')));
  expect(page.text()).toBe('one two');
  await page.after(() => {
    page.server.drop();
    page.server.commit(...say('three'));
  }, 60_000);
  expect(page.text()).toBe('one two three');
  await page.after(() => {
    page.server.drop();
    page.server.recreate('room:a');
    page.server.commit(...say('other log'));
  }, 60_000);
  await page.after(() => page.server.publish(...say('new')));
  expect(page.text()).toBe('new');
  await page.render(createElement(Messages, { room: 'b' }));
  expect(page.text()).toBe('');
});

test.each([false, true])(
  'suspense shows the fallback until the topic is there, and then the topic (strict: %s)',
  async (strict) => {
    let fallbacks = 0;
    function Fallback() {
      fallbacks++;
      return 'waiting';
    }
    const content = createElement(
      Suspense,
      { fallback: createElement(Fallback) },
      createElement(Logins, { suspense: true }),
    );
    const page = await renderPage(content, { started: withAcme(), strict });
    expect(fallbacks).toBeGreaterThan(0);
    expect(page.text()).toBe('logins: 1');
    expect(page.server.connections()).toHaveLength(1);
  },
);

class Boundary extends Component<{ children: ReactNode }, { error?: { code: string } }> {
  override state: { error?: { code: string } } = {};
  static getDerivedStateFromError(error: { code: string }) {
    return { error };
  }
  override render() {
    return this.state.error ? `no: ${this.state.error.code}` : this.props.children;
  }
}

test('a refusal is shown, and under suspense thrown to the nearest error boundary', async () => {
  const refused = async (suspense: boolean) => {
    const started = await openClient();
    started.server.respond('subscribe', () => ({ refused: 'forbidden' }));
    function Refused() {
      const { error } = useTopic('client', 'acme', { suspense });
      return error && `told: ${error.code}`;
    }
    const inner = createElement(Suspense, { fallback: 'waiting' }, createElement(Refused));
    const page = await renderPage(createElement(Boundary, null, inner), { started });
    return page.text();
  };
  expect(await refused(false)).toBe('told: forbidden');
  expect(await refused(true)).toBe('no: forbidden');
});

test('a server renders what is known without a topic, and opens no socket', async () => {
  const { server, client } = withAcme();
  const render = (suspense: boolean) =>
    renderToString(
      createElement(
        StrictMode,
        null,
        createElement(
          TidingsProvider,
          { client },
          createElement(Suspense, { fallback: 'waiting' }, createElement(Logins, { suspense })),
        ),
      ),
    );
  expect(render(false)).toContain('not yet');
  expect(render(true)).toContain('waiting');
  await server.advance(60_000);
  expect(server.transcript).toEqual([]);
  expect(client.status.getSnapshot().state).toBe('idle');
});

test.each([false, true])(
  'a page that a server rendered takes over where that left off (suspense: %s)',
  async (suspense) => {
    const started = withAcme();
    const content = createElement(Suspense, { fallback: 'waiting' }, createElement(Logins, { suspense }));
    const html = renderToString(createElement(TidingsProvider, { client: started.client }, content));
    const page = await renderPage(content, { started, html });
    expect(page.text()).toBe('logins: 1');
  },
);
