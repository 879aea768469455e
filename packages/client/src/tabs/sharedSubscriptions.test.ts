import { expect, test } from 'vitest';
import { sharing } from '../../test/sharing.ts';
import { openSocket } from '../../test/testBrowser.ts';
import { createVirtualClock } from '../../testing/index.ts';
import { createSharedSubscriptions } from './sharedSubscriptions.ts';

test('a topic is unsubscribed when the last tab has left it', async () => {
  const { server, one, two, subscribe, leave, topics } = await sharing(2);
  await subscribe(one, 'room:a');
  await subscribe(two, 'room:a');
  leave(one, 'room:a');
  await server.advance(0);
  expect([one.types(), topics()]).toEqual([['subscribed', 'ack'], ['room:a']]);
  leave(two, 'room:a');
  await server.advance(0);
  expect([two.types(), topics()]).toEqual([['subscribed', 'ack'], []]);
  expect(server.asked('unsubscribe')).toHaveLength(1);
});

test('the topics of a hello count as well, but not those that it was refused', async () => {
  const { server, one, two, subscribe, leave, topics } = await sharing(2);
  server.respond('hello', (_, connection) => {
    connection.topics.add('room:a');
    return { subs: [{ topic: 'room:a' }, { topic: 'room:b', error: { code: 'forbidden' } }] };
  });
  one.ask({ action: 'hello', ref: 'h', payload: { subs: [{ topic: 'room:a' }, { topic: 'room:b' }] } });
  await subscribe(two, 'room:a');
  await subscribe(two, 'room:b');
  for (const topic of ['room:a', 'room:b']) leave(two, topic);
  await server.advance(0);
  expect(topics()).toEqual(['room:a']);
});

test('a tab that was refused a topic does not count as one that subscriptions it', async () => {
  const { server, one, two, subscribe, leave, topics } = await sharing(2);
  await subscribe(two, 'room:a');
  server.respond('subscribe', () => ({ refused: 'forbidden' }));
  await subscribe(one, 'room:a');
  leave(two, 'room:a');
  await server.advance(0);
  expect(topics()).toEqual([]);
});

test('a refusal that may pass takes nothing away', async () => {
  const { server, one, subscribe, topics } = await sharing(2);
  await subscribe(one, 'room:a');
  server.respond('subscribe', () => ({ refused: 'unavailable', retryable: true }));
  await subscribe(one, 'room:a');
  one.close();
  await server.advance(0);
  expect(topics()).toEqual([]);
});

test('what the server takes away is followed by nobody', async () => {
  const { server, one, two, subscribe, leave } = await sharing(2);
  await subscribe(one, 'room:a');
  server.push('room:a', { type: 'unsubscribed', payload: { code: 'forbidden' } });
  await server.advance(0);
  expect([one.types().at(-1), two.types()]).toEqual(['unsubscribed', ['unsubscribed']]);
  leave(one, 'room:a');
  await server.advance(0);
  expect(server.asked('unsubscribe')).toEqual([]);
});

test.each(['user:me', 'tenant', 'msp', 'client:acme', 'client:*'])(
  '%s, a feed, is never unsubscribed where the address names none',
  async (feed) => {
    const { server, one, subscribe, leave, topics } = await sharing(2, {}, 'wss://a.invalid');
    await subscribe(one, feed);
    leave(one, feed);
    await server.advance(0);
    expect(one.types()).toEqual(['subscribed', 'ack']);
    expect(topics()).toContain(feed);
    expect(server.asked('unsubscribe')).toEqual([]);
  },
);

test('a feed that an address names is left when the last tab has left it', async () => {
  const { server, one, two, subscribe, leave, topics } = await sharing(2, {}, 'wss://a.invalid?feeds=msp');
  for (const socket of [one, two]) await subscribe(socket, 'msp');
  leave(one, 'msp');
  await server.advance(0);
  expect(topics()).toEqual(['msp']);
  leave(two, 'msp');
  await server.advance(0);
  expect(topics()).toEqual([]);
});

test('tabs share one connection whatever feeds they name, and no tab chooses for the others', async () => {
  const { server, tabs, one, topics } = await sharing(1, {}, 'wss://a.invalid?feeds=msp&features=batch');
  const two = openSocket(tabs[0] as (typeof tabs)[0], {}, 'wss://a.invalid?feeds=tenant&features=batch');
  await server.advance(0);
  one.ask({ action: 'hello', ref: 'one', payload: { subs: [{ topic: 'msp' }], features: ['batch'] } });
  const payload = { feeds: ['tenant'], subs: [{ topic: 'tenant' }], features: ['batch'] };
  two.ask({ action: 'hello', ref: 'two', payload });
  await server.advance(0);
  expect(topics()).toEqual(['msp', 'tenant']);
  expect([one.types(), two.types()]).toEqual([['ack'], ['ack']]);
});

test('a batch reaches all tabs', async () => {
  const { server, one, two, subscribe } = await sharing(2, {}, 'wss://a.invalid?feeds=msp&features=batch');
  await subscribe(one, 'msp');
  server.together(() => {
    for (let n = 0; n < 3; n++) server.publish('msp', 'alert', { n });
  });
  await server.advance(0);
  for (const socket of [one, two])
    expect(socket.of('batch')).toMatchObject([{ payload: { frames: { length: 3 } } }]);
});

test('a socket that closes leaves what only it has followed', async () => {
  const { server, one, two, subscribe, topics } = await sharing(2);
  for (const topic of ['room:a', 'room:b', 'room:c']) await subscribe(one, topic);
  await subscribe(two, 'room:b');
  one.close();
  await server.advance(0);
  expect(topics()).toEqual(['room:b']);
});

test('a socket that closes before its subscription is answered leaves it afterwards', async () => {
  const { server, one, topics } = await sharing(2);
  let answer = () => {};
  server.respond('subscribe', (_, connection) => {
    answer = () => {
      connection.topics.add('room:a');
      connection.send({ type: 'subscribed', ref: 'late', topic: 'room:a', payload: {} });
    };
    return undefined;
  });
  one.ask({ action: 'subscribe', ref: 'late', topic: 'room:a' });
  one.close();
  await server.advance(0);
  expect(server.asked('unsubscribe')).toEqual([]);
  answer();
  await server.advance(0);
  expect(server.asked('unsubscribe')).toHaveLength(1);
  expect(topics()).toEqual([]);
});

test('a conversation that a question has opened is left with its tab', async () => {
  const { server, one, topics } = await sharing(2);
  server.respond('assistant.ask', (_, connection) => {
    connection.topics.add('conversation:c1');
    return { conversationId: 'c1', streamId: 's1' };
  });
  one.ask({ action: 'assistant.ask', ref: 'q', payload: { text: 'hello' } });
  await server.advance(0);
  one.close();
  await server.advance(0);
  expect(topics()).toEqual([]);
});

/** A server that keeps `unsubscribe` waiting until it is let go. */
async function slowToLeave() {
  const shared = await sharing(3);
  const { server, one, subscribe, leave } = shared;
  const waiting: (() => void)[] = [];
  server.respond('unsubscribe', ({ ref, topic = '' }, connection) => {
    waiting.push(() => {
      connection.topics.delete(topic);
      connection.send({ type: 'ack', ref, payload: {} });
    });
    return undefined;
  });
  await subscribe(one, 'room:a');
  leave(one, 'room:a');
  await server.advance(0);
  expect(waiting).toHaveLength(1);
  return { ...shared, waiting };
}

test.each(['subscribe', 'hello'])('a %s waits until the topic has been left', async (action) => {
  const { server, two, waiting, topics } = await slowToLeave();
  const payload = { subs: [{ topic: 'room:a' }] };
  two.ask(action === 'hello' ? { action, ref: 'r', payload } : { action, ref: 'r', topic: 'room:a' });
  await server.advance(0);
  expect([two.frames, server.asked(action).filter(({ ref }) => ref === 'r')]).toEqual([[], []]);
  waiting[0]?.();
  await server.advance(0);
  expect(topics()).toEqual(['room:a']);
  expect(two.frames).toMatchObject([{ ref: 'r' }]);
});

test('a tab that leaves while it waits for that has not come', async () => {
  const { server, two, three, waiting, topics } = await slowToLeave();
  two.ask({ action: 'subscribe', ref: 'r', topic: 'room:a' });
  two.close();
  await server.advance(0);
  waiting[0]?.();
  await server.advance(0);
  expect(three.state).toEqual({ opened: true });
  expect([topics(), server.asked('subscribe').length]).toEqual([[], 1]);
});

test('topics are left one at a time, and one that is followed again meanwhile is not left', async () => {
  const { server, one, subscribe, leave, waiting, topics } = await slowToLeave();
  for (const topic of ['room:b', 'room:c']) {
    await subscribe(one, topic);
    leave(one, topic);
  }
  await subscribe(one, 'room:b');
  expect(waiting).toHaveLength(1);
  waiting[0]?.();
  await server.advance(0);
  waiting[1]?.();
  await server.advance(0);
  expect(server.asked('unsubscribe').map(({ topic }) => topic)).toEqual(['room:a', 'room:c']);
  expect(topics()).toEqual(['room:b']);
});

test('an unsubscribe is asked again when it is not answered, and when a function died', async () => {
  const { server } = await slowToLeave();
  await server.advance(10_000);
  server.connections()[0]?.send({ message: 'Internal server error' });
  await server.advance(0);
  const asked = server.asked('unsubscribe');
  expect([asked.length, new Set(asked.map(({ ref }) => ref)).size]).toEqual([3, 1]);
});

test('an unsubscribe that is refused for now is asked again after the time that the server names', async () => {
  const { server, one, subscribe, leave, topics } = await sharing(2);
  let refusals = 1;
  server.respond('unsubscribe', ({ topic = '' }, connection) => {
    if (refusals-- > 0) return { refused: 'rate_limited', retryable: true, retryAfterMs: 7_000 };
    connection.topics.delete(topic);
    return {};
  });
  await subscribe(one, 'room:a');
  leave(one, 'room:a');
  await server.advance(6_999);
  expect(topics()).toEqual(['room:a']);
  await server.advance(1);
  expect(topics()).toEqual([]);
});

test('an unsubscribe that is refused for no time at all is asked again once a second', async () => {
  const { server, one, subscribe, leave } = await sharing(2);
  server.respond('unsubscribe', () => {
    if (server.asked('unsubscribe').length > 50) throw new Error('asked too often');
    return { refused: 'unavailable', retryable: true, retryAfterMs: 0 };
  });
  await subscribe(one, 'room:a');
  leave(one, 'room:a');
  await server.advance(10_000);
  expect(server.asked('unsubscribe')).toHaveLength(11);
});

test('nothing is asked of a connection that has ended', async () => {
  const clock = createVirtualClock();
  const asked: string[] = [];
  const subscriptions = createSharedSubscriptions({
    clock,
    newRef: () => `ref-${asked.length}`,
    unsubscribe: (_, topic) => void asked.push(topic),
    isFeed: () => false,
    onSettled: () => {},
  });
  for (const topic of ['room:a', 'room:b']) subscriptions.join('one', topic);
  subscriptions.leaveAll('one');
  expect(asked).toEqual(['room:a']);
  subscriptions.stop();
  subscriptions.crashed();
  await clock.advance(60_000);
  expect(subscriptions.answered({ type: 'ack', ref: 'ref-0', payload: {} })).toBe(false);
  expect(asked).toEqual(['room:a']);
});
