import { expect, test } from 'vitest';
import { openClient, outcomeOf } from '../../test/startClient.ts';
import { createNotifications } from './createNotifications.ts';
import { createPresence } from './createPresence.ts';
import { foldTopic } from './foldTopic.ts';
import type { UserSnapshot } from './tidingsContract.ts';
import { topicView } from './topicView.ts';

const item = (id: string) => ({ id, kind: 'note', title: id, at: 1, read: false });

test('a notification that comes while the list is read is in it, and one that was read meanwhile is read', async () => {
  const { server, client } = await openClient();
  client.topic('user').hold();
  await server.advance(0);
  server.respond('notification.list', () => {
    server.publish('user:me', 'notification', { ...item('new'), unread: 2 });
    server.publish('user:me', 'notification.read', { ids: ['old'], unread: 1 });
    return { items: [item('old')], unread: 1 };
  });
  const store = createNotifications(client);
  store.subscribe(() => {});
  await server.advance(0);
  const { items, unread, state } = store.getSnapshot();
  expect(items.map(({ id, read }) => [id, read])).toEqual([
    ['new', false],
    ['old', true],
  ]);
  expect({ unread, state }).toEqual({ unread: 1, state: 'ready' });
});

test('what could not be marked as read is unread again', async () => {
  const { server, client } = await openClient();
  server.respond('notification.list', () => ({ items: [item('a')], unread: 1 }));
  server.respond('notification.read', () => ({ refused: 'forbidden' }));
  const store = createNotifications(client);
  store.subscribe(() => {});
  await server.advance(0);
  const marked = expect(store.markRead(['a'])).rejects.toMatchObject({ code: 'forbidden' });
  expect(store.getSnapshot().items[0]?.read).toBe(true);
  await server.advance(0);
  await marked;
  expect(store.getSnapshot().items[0]?.read).toBe(false);
});

test('who is in a room is asked for again when what is told does not fit, and after a lost connection', async () => {
  const { server, client } = await openClient();
  let there = ['ada'];
  server.respond('presence.get', () => ({ users: there.map((userId) => ({ userId, devices: 1 })) }));
  const presence = createPresence(client, 'a');
  presence.subscribe(() => {});
  await server.advance(0);
  there = ['ada', 'bo', 'cy'];
  server.push('room:a', { type: 'presence', payload: { joined: ['bo'], left: [], count: 3 } });
  await server.advance(0);
  expect(presence.getSnapshot().users?.map(({ userId }) => userId)).toEqual(there);
  there = ['ada'];
  server.drop();
  await server.advance(60_000);
  expect(presence.getSnapshot().count).toBe(1);
});

test('who is away for a moment is still in the room, and nobody tells that they are back', async () => {
  const { server, client } = await openClient();
  server.respond('presence.get', () => ({ users: [{ userId: 'ada', devices: 1 }], away: ['bo'] }));
  const presence = createPresence(client, 'a');
  presence.subscribe(() => {});
  await server.advance(0);
  expect(presence.getSnapshot()).toMatchObject({ count: 2, users: [{ userId: 'ada' }, { userId: 'bo' }] });
  server.push('room:a', { type: 'presence', payload: { joined: [], left: ['bo'], count: 1 } });
  await server.advance(0);
  expect(presence.getSnapshot()).toMatchObject({ count: 1, users: [{ userId: 'ada' }] });
  expect(server.asked('presence.get')).toHaveLength(1);
});

test('4.4: what somebody shows with their presence is kept up, and taken back', async () => {
  const { server, client } = await openClient();
  const users = ['ada', 'bo'].map((userId) => ({ userId, devices: 1 }));
  server.respond('presence.get', () => ({ users: [{ ...users[0], data: 'away' }, users[1]] }));
  const presence = createPresence(client, 'a');
  presence.subscribe(() => {});
  await server.advance(0);
  const shown = () => presence.getSnapshot().users?.map(({ data }) => data);
  expect(shown()).toEqual(['away', undefined]);
  const data = [
    { userId: 'ada', data: null },
    { userId: 'bo', data: { typing: true } },
  ];
  server.push('room:a', { type: 'presence', payload: { joined: [], left: [], count: 2, data } });
  await server.advance(0);
  expect(shown()).toEqual([null, { typing: true }]);
});

test('in a large room those who are away for a moment are counted', async () => {
  const { server, client } = await openClient();
  server.respond('presence.get', () => ({ count: 300, away: 5 }));
  const presence = createPresence(client, 'a');
  presence.subscribe(() => {});
  await server.advance(0);
  expect(presence.getSnapshot()).toMatchObject({ users: undefined, count: 305 });
});

test('notifications that could not be listed are listed when the feed can be followed again', async () => {
  const { server, client } = await openClient();
  server.respond('notification.list', () => ({ items: [item('a')], unread: 1 }));
  server.respond('subscribe', () => ({ refused: 'forbidden' }));
  const store = createNotifications(client);
  store.subscribe(() => {});
  await server.advance(0);
  expect(store.getSnapshot().state).toBe('failed');
  server.drop();
  await server.advance(1_000);
  expect(store.getSnapshot()).toMatchObject({ state: 'ready', unread: 1 });
});

test('a topic that is granted after it was refused is joined for whoever looks at it', async () => {
  const { server, client } = await openClient();
  server.respond('subscribe', () => ({ refused: 'forbidden' }));
  const view = topicView(client.topic('msp'));
  const shown: unknown[] = [];
  view.subscribe(() => shown.push(view.getSnapshot()));
  await server.advance(0);
  server.drop();
  await server.advance(1_000);
  expect(shown).toMatchObject([
    { isJoined: false, error: { code: 'forbidden' } },
    { isJoined: true, error: undefined },
  ]);
});

test('a state of one’s own is kept by whoever comes back before the topic is left', async () => {
  const { server, client } = await openClient();
  const fold = foldTopic(client.topic('room', 'a'), {
    initial: () => 0,
    reducer: (count: number, { type }) => (type === 'room.message' ? count + 1 : count),
  });
  const stop = fold.subscribe(() => {});
  await server.advance(0);
  server.publish('room:a', 'room.message', { body: 'x' });
  await server.advance(0);
  stop();
  fold.subscribe(() => {});
  expect(fold.getSnapshot().data).toBe(1);
});

test('a topic that was left for good is not joined for whoever looks at it later', async () => {
  const { server, client } = await openClient();
  const view = topicView(client.topic('room', 'a'));
  const stop = view.subscribe(() => {});
  await server.advance(0);
  expect(view.getSnapshot().isJoined).toBe(true);
  stop();
  await server.advance(5_000);
  expect(view.getSnapshot().isJoined).toBe(false);
});

test('the states of a day, a user and a conversation are kept up by their events', async () => {
  const { server, client } = await openClient();
  const doctor = (doctorId: string, count: number) => ({
    doctorId,
    appointments: Array.from({ length: count }, () => ({})),
  });
  server.topic('queue:2030-01-01').snapshot = {
    date: '2030-01-01',
    doctors: [doctor('a', 1), doctor('c', 1), doctor('d', 1)],
  };
  const shown = (alertId: string) => ({ alertId, severity: 'critical', title: alertId, at: 1 });
  const alerts = Array.from({ length: 10 }, (_, n) => shown(`a${n}`));
  server.topic('user:me').snapshot = { unread: 0, alerts, notifications: [] };
  server.topic('conversation:c').snapshot = { turns: [] };
  const topics = [
    client.topic('queue', '2030-01-01'),
    client.topic('user'),
    client.topic('conversation', 'c'),
  ];
  for (const topic of topics) topic.hold();
  await server.advance(0);
  server.publish('queue:2030-01-01', 'queue.updated', doctor('a', 2));
  server.publish('queue:2030-01-01', 'queue.updated', doctor('b', 1));
  server.publish('queue:2030-01-01', 'queue.updated', doctor('c', 0));
  server.publish('user:me', 'notification', { ...item('n'), unread: 1 });
  const raised = { alertId: 'new', severity: 'info', title: 'new', body: null, to: { userId: 'me' } };
  server.publish('user:me', 'alert', raised);
  server.publish('user:me', 'alert.acknowledged', { alertId: 'a3', by: 'me' });
  server.publish('conversation:c', 'stream.start', { streamId: 's', text: 'why?' });
  await server.advance(0);
  expect(topics[0]?.snapshot).toEqual({
    date: '2030-01-01',
    doctors: [doctor('a', 2), doctor('b', 1), doctor('d', 1)],
  });
  const { id, kind, title, at } = item('n');
  const { alerts: open = [], ...others } = (topics[1]?.snapshot ?? {}) as Partial<UserSnapshot>;
  expect(others).toEqual({ unread: 1, notifications: [{ id, kind, title, at }] });
  const left = ['a0', 'a1', 'a2', 'a4', 'a5', 'a6', 'a7', 'a8'];
  expect(open.map(({ alertId }) => alertId)).toEqual(['new', ...left]);
  expect(open[0]).toEqual({ alertId: 'new', severity: 'info', title: 'new', at: expect.any(Number) });
  expect(topics[2]?.snapshot).toMatchObject({ stream: { streamId: 's', text: '', idx: -1 } });
  server.publish('conversation:c', 'stream.end', { streamId: 's', status: 'complete', text: 'because' });
  await server.advance(0);
  expect(topics[2]?.snapshot).toEqual({
    turns: [
      { role: 'user', text: 'why?' },
      { role: 'assistant', text: 'because', streamId: 's', status: 'complete' },
    ],
  });
});

test('a notification that comes while others are marked as read is counted', async () => {
  const { server, client } = await openClient();
  server.respond('notification.list', () => ({ items: [item('a')], unread: 1 }));
  server.respond('notification.read', () => {
    const { epoch, seq } = server.publish('user:me', 'notification.read', { ids: ['a'], unread: 0 });
    server.publish('user:me', 'notification', { ...item('b'), unread: 1 });
    return { ids: ['a'], unread: 0, epoch, seq };
  });
  const store = createNotifications(client);
  store.subscribe(() => {});
  await server.advance(0);
  outcomeOf(store.markRead(['a']));
  await server.advance(0);
  expect(store.getSnapshot()).toMatchObject({ unread: 1, items: [{ id: 'b' }, { id: 'a', read: true }] });
});

test('a notification that comes while an older page is read is counted', async () => {
  const { server, client } = await openClient();
  server.respond('notification.list', ({ payload }) => {
    if (!payload?.cursor) return { items: [item('b')], unread: 2, cursor: 'b' };
    server.publish('user:me', 'notification', { ...item('c'), unread: 3 });
    return { items: [item('a')], unread: 2 };
  });
  const store = createNotifications(client);
  store.subscribe(() => {});
  await server.advance(0);
  outcomeOf(store.loadMore());
  await server.advance(0);
  const { items, unread } = store.getSnapshot();
  expect([unread, ...items.map(({ id }) => id)]).toEqual([3, 'c', 'b', 'a']);
});

test.each([true, false])(
  'another user is not shown the list of the one before, also where nobody listened meanwhile (listening: %s)',
  async (isListening) => {
    const hello = { userId: 'ada' };
    const { server, client } = await openClient({}, { hello });
    server.respond('notification.list', () => ({ items: [item('your salary')], unread: 1 }));
    const store = createNotifications(client);
    const stop = store.subscribe(() => {});
    await server.advance(0);
    expect(store.getSnapshot().items).toHaveLength(1);
    if (!isListening) stop();
    client.close();
    hello.userId = 'bo';
    server.respond('notification.list', () => undefined);
    client.connect();
    await server.advance(1_000);
    if (!isListening) store.subscribe(() => {});
    expect(store.getSnapshot()).toMatchObject({ items: [], unread: 0, state: 'loading' });
    server.respond('notification.list', () => ({ items: [], unread: 0 }));
    server.drop();
    await server.advance(1_000);
    expect(store.getSnapshot()).toMatchObject({ items: [], state: 'ready' });
  },
);

test('an event of a type that is not known leaves a state as it is', async () => {
  const { server, client } = await openClient();
  server.topic('conversation:c').snapshot = { turns: [] };
  server.topic('user:me').snapshot = { unread: 0 };
  const topics = [client.topic('conversation', 'c'), client.topic('user')];
  for (const topic of topics) topic.hold();
  await server.advance(0);
  const before = topics.map(({ snapshot }) => snapshot);
  server.publish('conversation:c', 'note.pinned', { text: 'x' });
  server.publish('user:me', 'mail.counted', { unread: 9 });
  await server.advance(0);
  expect(topics.map(({ position }) => position?.seq)).toEqual([1, 1]);
  expect(topics.map(({ snapshot }, at) => snapshot === before[at])).toEqual([true, true]);
});

test('how many notifications are unread is what the last event says, of a new one and of one that was read', async () => {
  const { server, client } = await openClient();
  server.topic('user:me').snapshot = { unread: 3, alerts: [], notifications: [] };
  const user = client.topic('user');
  user.hold();
  await server.advance(0);
  const unread = () => (user.snapshot as UserSnapshot).unread;
  server.publish('user:me', 'notification', { ...item('n'), unread: 4 });
  await server.advance(0);
  expect(unread()).toBe(4);
  server.publish('user:me', 'notification.read', { ids: ['n', 'm'], unread: 2 });
  await server.advance(0);
  expect(unread()).toBe(2);
});
