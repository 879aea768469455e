import { afterEach, expect, test } from 'vitest';
import type { Client } from '../support/client.ts';
import { ownStack } from '../support/ownStack.ts';

const { stack, tenant } = ownStack();
afterEach(() => stack().faults.clear({}));

const seqs = (client: Client, type: string) => client.of(type).map((frame) => frame.seq);

test('a commit whose outcome is unknown is counted once and answered once', async () => {
  const own = tenant();
  const staff = await own.staff();
  for (const outcome of ['unknown', 'conflict', 'throttled']) {
    stack().faults.inject({ op: 'commit', outcome, count: 2 });
    const ack = await staff.ask('interaction.record', {
      ref: outcome,
      payload: { clientId: 'acme', kind: outcome },
    });
    expect(ack.payload, outcome).toMatchObject({ total: 1 });
  }
  await staff.settled();
  expect(new Set(seqs(staff, 'interaction'))).toEqual(new Set([1, 2, 3]));
});

test('one dead connection does not keep the others from their frame, and its rows are gone', async () => {
  const own = tenant();
  const staff = await own.staff();
  const carla = await own.clientUser('carla', 'acme');
  const cosima = await own.clientUser('cosima', 'acme');
  // A connection is not given up as gone before it is a minute old.
  await stack().clock.advance(61_000);
  stack().faults.inject({ op: 'disconnect', outcome: 'lost' });
  carla.drop();
  await carla.closed;
  await expect.poll(async () => (await stack().state()).openSockets).toBe(2);
  await staff.ask('interaction.record', { ref: 'r', payload: { clientId: 'acme', kind: 'login' } });
  await cosima.type('interaction');
  expect((await staff.type('fanout.complete')).payload).toMatchObject({ delivered: 2, gone: 1 });
  expect((await staff.ask('stats')).payload).toMatchObject({ connections: 2 });
});

test('a connection that is briefly behind gets its frame a moment later', async () => {
  const own = tenant();
  const staff = await own.staff();
  const carla = await own.clientUser('carla', 'acme');
  stack().faults.inject({ op: 'post', outcome: 'throttled', count: 1 });
  await staff.ask('message.send', { payload: { userId: 'carla', body: 'patience' } });
  await stack().clock.advance(5000);
  expect((await carla.type('message')).payload.body).toBe('patience');
  // Its post would otherwise meet the fault of the next test.
  await staff.type('fanout.complete');
});

test('a connection that stays behind gets a resync, and is not removed', async () => {
  const own = tenant();
  const staff = await own.staff();
  const carla = await own.clientUser('carla', 'acme');
  const { epoch } = (await carla.ask('subscribe', { topic: 'user:me' })).payload;
  stack().faults.inject({ op: 'post', outcome: 'throttled', count: 2 });
  await staff.ask('message.send', { payload: { userId: 'carla', body: 'too much' } });
  await expect
    .poll(async () => {
      await stack().clock.advance(1000);
      return carla.of('resync');
    })
    .toMatchObject([{ topic: 'user:me', payload: { epoch, seq: 1 } }]);
  const caughtUp = await carla.ask('subscribe', {
    topic: 'user:me',
    payload: { since: { epoch: epoch as string, seq: 0 } },
  });
  expect(caughtUp.payload).toMatchObject({ recovered: true, events: [{ payload: { body: 'too much' } }] });
  await staff.type('fanout.complete');
});

test('a frame that was accepted and never arrived is found by sync', async () => {
  const own = tenant();
  const staff = await own.staff();
  const carla = await own.clientUser('carla', 'acme');
  const { epoch, seq } = (await carla.ask('subscribe', { topic: 'user:me' })).payload;
  stack().faults.inject({ op: 'post', outcome: 'drop', count: 1 });
  await staff.ask('message.send', { ref: 'lost', payload: { userId: 'carla', body: 'lost' } });
  await staff.type('fanout.complete');
  await carla.settled();
  expect(carla.of('message')).toEqual([]);
  const heads = { 'user:me': { epoch: epoch as string, seq: seq as number } };
  const { behind } = (await carla.ask('sync', { payload: { heads } })).payload;
  expect(behind).toEqual({ 'user:me': { epoch, seq: 1 } });
});

test('a repeat of the ref sends the same frame again, for whoever the first sending did not reach', async () => {
  const own = tenant();
  const staff = await own.staff();
  const carla = await own.clientUser('carla', 'acme');
  const send = { ref: 'again', payload: { userId: 'carla', body: 'hello?' } };
  stack().faults.inject({ op: 'post', outcome: 'drop', count: 1 });
  const first = await staff.ask('message.send', send);
  const second = await staff.ask('message.send', send);
  expect(second.payload).toEqual({ ...first.payload, dup: true });
  expect(await carla.type('message')).toMatchObject({ seq: 1, payload: { body: 'hello?' } });
});

test('a double, a late and a lost $disconnect leave the right connections counted', async () => {
  const own = tenant();
  const staff = await own.staff();
  for (const outcome of ['double', 'late']) {
    stack().faults.inject({ op: 'disconnect', outcome, count: 1, delayMs: 2000 });
    const user = await own.clientUser('carla', 'acme');
    await user.close();
    const back = await own.clientUser('carla', 'acme');
    await stack().clock.advance(3000);
    await expect.poll(async () => (await staff.ask('stats')).payload.connections).toBe(2);
    await back.close();
    await expect.poll(async () => (await staff.ask('stats')).payload.connections).toBe(1);
  }
  stack().faults.inject({ op: 'disconnect', outcome: 'lost', count: 1 });
  const lost = await own.clientUser('carla', 'acme');
  // A connection is not given up as gone before it is a minute old.
  await stack().clock.advance(61_000);
  await lost.close();
  await expect.poll(() => stack().faults.list()).toEqual([]);
  expect((await staff.ask('stats')).payload.connections).toBe(2);
  await staff.ask('interaction.record', { payload: { clientId: 'acme', kind: 'login' } });
  expect((await staff.type('fanout.complete')).payload).toMatchObject({ gone: 1 });
  expect((await staff.ask('stats')).payload.connections).toBe(1);
});

test('a handshake whose function fails is refused, and the next one succeeds', async () => {
  const own = tenant();
  stack().faults.inject({ op: 'connect', outcome: 'error', count: 1 });
  await expect(own.staff()).rejects.toThrow('refused with 502');
  await own.staff();
});

test('a client that left inside its handshake, and whose $disconnect came first, leaves nothing behind', async () => {
  const own = tenant();
  const staff = await own.staff();
  const { rows } = await stack().state();
  stack().faults.inject({ op: 'disconnect', outcome: 'early', count: 1 });
  await expect(own.clientUser('carla', 'acme')).rejects.toThrow('socket hang up');
  expect((await staff.ask('stats')).payload).toMatchObject({ connections: 1 });
  // The tombstone stays, for its `$connect` to find.
  expect((await stack().state()).rows).toEqual({ ...rows, CONN: Number(rows.CONN) + 1 });
});

test('a connection whose buffer is full gets a resync as well', async () => {
  const own = tenant();
  const staff = await own.staff();
  const carla = await own.clientUser('carla', 'acme');
  stack().faults.inject({ op: 'post', outcome: 'buffer-full', count: 2 });
  await staff.ask('message.send', { payload: { userId: 'carla', body: 'too much' } });
  await expect
    .poll(async () => {
      await stack().clock.advance(1000);
      return carla.of('resync');
    })
    .toHaveLength(1);
});

test('a message that nobody can serve ends in the dead-letter queue, and what came with it is delivered', async () => {
  const own = tenant();
  const staff = await own.staff();
  const carla = await own.clientUser('carla', 'acme');
  stack().faults.inject({ op: 'post', outcome: 'throttled', count: 1 });
  stack().faults.inject({ op: 'deliver', outcome: 'poison', count: 1 });
  await staff.ask('message.send', { payload: { userId: 'carla', body: 'after all' } });
  await stack().clock.advance(5000);
  expect((await carla.type('message')).payload.body).toBe('after all');
  // Five receives, each for the time that a message stays hidden.
  await stack().clock.advance(60 * 60_000);
  const { queues } = await stack().state();
  const full = Object.entries(queues).flatMap(([name, { visible }]) => (visible > 0 ? [name] : []));
  expect(full).toEqual([expect.stringContaining('DeliveryDeadLetters')]);
});

test('work that is overtaken by later work is delivered all the same', async () => {
  const own = tenant();
  const staff = await own.staff();
  const carla = await own.clientUser('carla', 'acme');
  stack().faults.inject({ op: 'post', outcome: 'throttled', count: 2 });
  stack().faults.inject({ op: 'deliver', outcome: 'reorder', count: 1, delayMs: 5000 });
  await staff.ask('message.send', { payload: { userId: 'carla', body: 'first' } });
  await staff.ask('message.send', { payload: { userId: 'carla', body: 'second' } });
  await stack().clock.advance(2000);
  expect((await carla.type('message')).payload.body).toBe('second');
  await stack().clock.advance(5000);
  await carla.until(({ payload }) => payload.body === 'first');
  expect(seqs(carla, 'message')).toEqual([2, 1]);
});
