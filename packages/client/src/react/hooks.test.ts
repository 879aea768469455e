// @vitest-environment jsdom
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import { renderPage } from '../../test/renderPage.ts';
import { startClient } from '../../test/startClient.ts';
import type { Sending } from './index.ts';
import {
  TidingsProvider,
  type UsedJob,
  type UsedNotifications,
  type UsedStream,
  useEvent,
  useJob,
  useNotifications,
  usePresence,
  useSend,
  useStatus,
  useStream,
  useTopic,
} from './index.ts';

test('the status is that of the connection, and a selection of it renders only when it changes', async () => {
  let renders = 0;
  function Light() {
    renders++;
    return useStatus({ select: ({ state }) => (state === 'open' ? 'on' : 'off') });
  }
  const page = await renderPage(createElement(Light));
  expect(page.text()).toBe('off');
  await page.after(() => page.client.connect());
  expect([page.text(), renders]).toEqual(['on', 2]);
  await page.after(() => page.server.drop());
  expect([page.text(), renders]).toEqual(['off', 3]);
});

test('a listener hears each event once under StrictMode, and the one of the last render is called', async () => {
  const heard: string[] = [];
  function Listener({ name }: { name: string }) {
    useEvent('room', 'a', 'room.message', ({ payload }) => heard.push(`${name}: ${payload.body}`));
    return null;
  }
  const page = await renderPage(createElement(Listener, { name: 'first' }), { strict: true });
  await page.after(() => page.server.publish('room:a', 'room.message', { body: 'one' }));
  await page.render(createElement(Listener, { name: 'second' }));
  await page.after(() => page.server.publish('room:a', 'room.message', { body: 'two' }));
  expect(heard).toEqual(['first: one', 'second: two']);
});

test('a listener to everything hears events of any type, in their order', async () => {
  const heard: string[] = [];
  function Listener() {
    useEvent('room', 'a', '*', ({ type, topic }) => heard.push(`${type} on ${topic}`));
    return null;
  }
  const page = await renderPage(createElement(Listener));
  await page.after(() => {
    page.server.publish('room:a', 'room.message', { body: 'one' });
    page.server.push('room:a', { type: 'presence', payload: { count: 1 } });
  });
  expect(heard).toEqual(['room.message on room:a', 'presence on room:a']);
});

function chat() {
  const shown: { current?: Sending<'room.send'>; frames: string[] } = { frames: [] };
  function Chat() {
    const { data: said } = useTopic('room', 'a', {
      initial: (): readonly string[] => [],
      reducer: (all, event) => (event.type === 'room.message' ? [...all, event.payload.body] : all),
    });
    const sending = useSend('room.send', { topic: ['room', 'a'] });
    shown.current = sending;
    const text = [
      ...said,
      ...sending.pending.map(({ payload, state }) => `${payload.body} (${state})`),
    ].join();
    shown.frames.push(text);
    return text;
  }
  return { shown, Chat };
}

test('what is sent is shown at once, and never twice', async () => {
  const { shown, Chat } = chat();
  const page = await renderPage(createElement(Chat));
  let sent: Promise<unknown> | undefined;
  await page.after(() => {
    sent = shown.current?.send({ body: 'hello' });
  });
  expect(shown.frames).toContain('hello (sending)');
  expect(page.text()).toBe('hello');
  await expect(sent).resolves.toMatchObject({ seq: 1 });
});

test('what could not be sent says so, and is sent once under its ref when it is tried again', async () => {
  const { shown, Chat } = chat();
  const page = await renderPage(createElement(Chat));
  page.server.respond('room.send', () => ({ refused: 'forbidden' }));
  await page.after(() => void shown.current?.send({ body: 'hello' }).catch(() => {}));
  expect(page.text()).toBe('hello (failed)');
  page.server.respond('room.send', () => {
    const { epoch, seq } = page.server.publish('room:a', 'room.message', { body: 'hello' }, 'ada');
    return { epoch, seq };
  });
  const ref = shown.current?.pending[0]?.ref ?? '';
  await page.after(() => shown.current?.retry(ref));
  expect(page.text()).toBe('hello');
  expect(new Set(page.server.asked('room.send').map((frame) => frame.ref))).toEqual(new Set([ref]));
});

test('who is in a room is read once and kept up by what the room tells', async () => {
  function Who() {
    const { users, count } = usePresence('a');
    return users ? users.map(({ userId, devices }) => `${userId}×${devices}`).join() : `${count}`;
  }
  const started = startClient();
  started.server.respond('presence.get', () => ({ users: [{ userId: 'ada', devices: 2 }] }));
  const page = await renderPage(createElement(Who), { started, strict: true });
  expect(page.text()).toBe('ada×2');
  const presence = (payload: object) =>
    page.after(() => page.server.push('room:a', { type: 'presence', payload }));
  await presence({ joined: ['bo'], left: [], count: 2 });
  expect(page.text()).toBe('ada×2,bo×1');
  await presence({ joined: [], left: ['bo'], count: 1 });
  expect(page.text()).toBe('ada×2');
  await presence({ count: 201 });
  expect(page.text()).toBe('201');
});

const item = (id: string, read = false) => ({ id, kind: 'note', title: `title ${id}`, at: 1, read });

test('notifications are listed, added to as they come, and read on all devices at once', async () => {
  let used: UsedNotifications | undefined;
  function Bell() {
    used = useNotifications({ limit: 2 });
    return `${used.unread}: ${used.items.map(({ id, read }) => (read ? id : `[${id}]`)).join(' ')}${used.hasMore ? ' …' : ''}`;
  }
  const started = startClient();
  started.server.respond('notification.list', ({ payload }) =>
    payload?.cursor
      ? { items: [item('a', true)], unread: 2 }
      : { items: [item('c'), item('b')], unread: 2, cursor: 'b' },
  );
  const page = await renderPage(createElement(Bell), { started });
  expect(page.text()).toBe('2: [c] [b] …');
  await page.after(() => used?.loadMore());
  expect(page.text()).toBe('2: [c] [b] a');
  await page.after(() => page.server.publish('user:me', 'notification', { ...item('d'), unread: 3 }));
  expect(page.text()).toBe('3: [d] [c] [b] a');
  await page.after(() => page.server.publish('user:me', 'notification.read', { ids: ['b'], unread: 2 }));
  expect(page.text()).toBe('2: [d] [c] b a');
  page.server.respond('notification.read', () => ({ ids: ['d', 'c'], unread: 0 }));
  await page.after(() => used?.markAllRead());
  expect(page.text()).toBe('0: d c b a');
});

test('a job shows its progress and its result, also of before the page was loaded', async () => {
  let used: UsedJob<{ text: string }> | undefined;
  function Work({ jobId }: { jobId?: string }) {
    used = useJob<{ text: string }>('translate', jobId);
    const { job } = used;
    return job ? `${job.state} ${job.progress} ${job.output?.text ?? ''}` : 'none';
  }
  const started = startClient();
  started.server.respond('job.submit', () => ({ jobId: 'j1', kind: 'translate', status: 'queued' }));
  started.server.respond('job.get', () => ({
    jobId: 'j1',
    kind: 'translate',
    status: 'queued',
    submittedAt: 1,
  }));
  const page = await renderPage(createElement(Work), { started, strict: true });
  expect(page.text()).toBe('none');
  await page.after(() => used?.submit({ text: 'hi', to: 'es' }));
  expect(page.text()).toBe('queued 0 ');
  await page.after(() =>
    page.server.push('user:me', {
      type: 'job.progress',
      payload: { jobId: 'j1', status: 'running', progress: 0.5 },
    }),
  );
  expect(page.text()).toBe('running 0.5 ');
  const done = { jobId: 'j1', kind: 'translate', status: 'done', output: { text: 'hola' } };
  await page.after(() => page.server.publish('user:me', 'job.result', done));
  expect(page.text()).toBe('done 1 hola');
  await page.render('left');
  page.server.respond('job.get', () => ({ ...done, submittedAt: 1 }));
  const later = await renderPage(createElement(Work, { jobId: 'j1' }), {
    started: startClient({ clientId: 'later' }, page.server),
  });
  expect(later.text()).toBe('done 1 hola');
});

test('an answer of the assistant is shown as it comes, whatever order its pieces come in', async () => {
  let used: UsedStream | undefined;
  function Talk() {
    used = useStream();
    return used.answer ? `${used.answer.state}: ${used.answer.text}` : 'ask me';
  }
  const started = startClient();
  started.server.respond('assistant.ask', () => ({ conversationId: 'c', streamId: 's' }));
  started.server.respond('assistant.cancel', () => {
    page.server.publish('conversation:c', 'stream.end', {
      streamId: 's',
      status: 'cancelled',
      text: 'Once upon a time',
    });
    return { streamId: 's' };
  });
  const page = await renderPage(createElement(Talk), { started, strict: true });
  await page.after(() => used?.ask('a story'));
  const delta = (idx: number, text: string) =>
    page.after(() =>
      page.server.push('conversation:c', {
        type: 'stream.delta',
        payload: { streamId: 's', idx, delta: text },
      }),
    );
  await delta(0, 'Once');
  await delta(2, ' a');
  expect(page.text()).toBe('streaming: Once');
  await delta(1, ' upon');
  expect(page.text()).toBe('streaming: Once upon a');
  await page.after(() => used?.cancel());
  expect(page.text()).toBe('cancelled: Once upon a time');
});

test('on a server no hook does anything', async () => {
  function All() {
    useStatus();
    useEvent('room', 'a', 'room.message', () => {});
    useSend('room.send', { topic: ['room', 'a'] });
    usePresence('a');
    useNotifications();
    useJob('translate', 'j1');
    useStream();
    return 'rendered';
  }
  const { server, client } = startClient();
  expect(renderToString(createElement(TidingsProvider, { client }, createElement(All)))).toBe('rendered');
  await server.advance(60_000);
  expect(server.transcript).toEqual([]);
});

test('who leaves after a send that failed is in the room no more', async () => {
  let sending: Sending<'room.send'> | undefined;
  function Lobby() {
    sending = useSend('room.send', { topic: ['room', 'a'] });
    return 'lobby';
  }
  const started = startClient();
  started.server.respond('room.send', () => ({ refused: 'forbidden' }));
  const page = await renderPage(createElement(Lobby), { started });
  await page.after(() => void sending?.send({ body: 'hi' }).catch(() => {}));
  await page.render('elsewhere');
  await page.after(() => {}, 2_000);
  expect([...(page.server.connections()[0]?.topics ?? [])]).toEqual([]);
});
