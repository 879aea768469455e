import { beforeEach, expect, test } from 'vitest';
import {
  impatient,
  type MemoryRuntime,
  memoryRuntime,
  principal,
} from '../../../test/support/memoryRuntime.ts';
import { handleAction } from '../../api/router.ts';
import { connect } from '../../connections/connect.ts';
import { readConnection } from '../../connections/connections.ts';
import { endConnection } from '../../connections/endConnection.ts';
import { join, leave } from '../../connections/subscribe.ts';
import { type DeliveryWork, deliverWork } from '../deliverWork.ts';
import { sendPresence } from './sendPresence.ts';

const room = { kind: 'room', id: 'lobby' } as const;
const work = { presenceIn: { tenant: 't', kind: 'room', id: 'lobby' } };
let runtime: MemoryRuntime;
beforeEach(() => {
  runtime = memoryRuntime();
});

async function enter(userId: string, connectionId = userId) {
  runtime.sockets.open(connectionId);
  const connected = await connect(runtime, connectionId, principal(runtime, { userId }));
  if ('refused' in connected) throw new Error(`refused with ${connected.refused}`);
  await join(runtime, connected.connection, [room]);
}
const exit = async (connectionId: string) => {
  runtime.sockets.drop(connectionId);
  await endConnection(runtime, connectionId, { socket: 'gone' });
};
/** Serves the queue as the delivery function does, second by second. */
async function pass(seconds: number, times = 1): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    await runtime.clock.advance(1000);
    for (const { body, done } of runtime.queue.receive()) {
      for (let time = 0; time < times; time++) {
        await deliverWork(runtime, body as unknown as DeliveryWork);
      }
      done();
    }
  }
}
async function loseMessages(): Promise<void> {
  await runtime.clock.advance(1000);
  for (const { done } of runtime.queue.receive()) done();
  expect(runtime.queue.waiting()).toEqual([]);
}
const frames = (id: string) => runtime.sockets.frames(id).map((text) => JSON.parse(text));
const sentTo = (id: string) => frames(id).map(({ payload }) => payload);
const rows = () => runtime.table.dump().filter(({ pk }) => pk.startsWith('PRESENCE#'));

test('however many come within a second, one message is sent, and one frame to each', async () => {
  for (let n = 0; n < 20; n++) await enter(`user-${n}`);
  expect(runtime.queue.waiting()).toEqual([work]);
  await pass(1);
  expect(frames('user-7')).toHaveLength(1);
  expect(sentTo('user-7')).toMatchObject([{ count: 20 }]);
});

test('a busy room gets an update about once a second', async () => {
  for (let n = 0; n < 10; n++) {
    await enter(`user-${n}`);
    await enter(`more-${n}`);
    await pass(1);
  }
  expect(frames('user-0')).toHaveLength(10);
});

test('a mass reconnect costs no frame, and a few messages', async () => {
  for (let n = 0; n < 50; n++) await enter(`user-${n}`);
  await pass(2);
  for (let n = 0; n < 50; n++) await exit(`user-${n}`);
  await pass(5);
  for (let n = 0; n < 50; n++) await enter(`user-${n}`, `again-${n}`);
  expect(runtime.queue.waiting().length).toBeLessThanOrEqual(2);
  await pass(40);
  expect(frames('again-7')).toEqual([]);
  expect(runtime.queue.waiting()).toEqual([]);
});

test('each departure is sent when its own grace is over, with one comparison of the room queued at a time', async () => {
  for (const user of ['ann', 'ben', 'carla', 'dora']) await enter(user);
  await pass(2);
  const leftAt = new Map<string, number>();
  for (const user of ['ben', 'carla', 'dora']) {
    leftAt.set(user, runtime.clock.now());
    await exit(user);
    await pass(3);
    expect(runtime.queue.waiting()).toEqual([work]);
  }
  await pass(20);
  const [, ...leaves] = frames('ann');
  expect(leaves.map(({ payload }) => payload.left)).toEqual([['ben'], ['carla'], ['dora']]);
  for (const { ts, payload } of leaves) {
    expect(ts - (leftAt.get(payload.left[0]) ?? 0)).toBeGreaterThanOrEqual(15_000);
    expect(ts - (leftAt.get(payload.left[0]) ?? 0)).toBeLessThanOrEqual(18_000);
  }
  expect(runtime.queue.waiting()).toEqual([]);
});

test('a message that comes twice, or long after its time, says nothing twice and nothing wrong', async () => {
  await enter('ann');
  await enter('ben');
  await pass(2, 2);
  await exit('ben');
  await pass(20, 2);
  await sendPresence(runtime, work);
  expect(sentTo('ann')).toEqual([
    { joined: ['ann', 'ben'], left: [], count: 2 },
    { joined: [], left: ['ben'], count: 1 },
  ]);
});

test('a message that never comes is made good by the next one who comes or goes', async () => {
  await enter('ann');
  await loseMessages();
  await runtime.clock.advance(8000);
  await enter('ben');
  await pass(1);
  expect(sentTo('ann')).toEqual([{ joined: ['ann', 'ben'], left: [], count: 2 }]);
});

test('a change during an update leads to another update', async () => {
  await enter('ann');
  // This one is sent by the call below.
  await loseMessages();
  const { table } = runtime;
  let came = false;
  const meddling: MemoryRuntime = {
    ...runtime,
    table: {
      ...table,
      async query(range) {
        const page = await table.query(range);
        if (!came && range.pk.startsWith('SUBS#t#room')) {
          came = true;
          await enter('ben');
        }
        return page;
      },
    },
  };
  await sendPresence(meddling, work);
  expect(sentTo('ann')).toEqual([{ joined: ['ann'], left: [], count: 1 }]);
  await pass(1);
  expect(sentTo('ann').slice(1)).toEqual([{ joined: ['ben'], left: [], count: 2 }]);
});

test('of two updates of the same room at once, one is sent, and the other finds nothing left to send', async () => {
  await enter('ann');
  await runtime.clock.advance(1000);
  const { table } = runtime;
  let met = false;
  const late: MemoryRuntime = {
    ...impatient(runtime),
    table: {
      ...table,
      async write(write) {
        if (!met && 'put' in write && write.put.sk === 'TOLD') {
          met = true;
          await enter('ben');
          await sendPresence(runtime, work);
        }
        return table.write(write);
      },
    },
  };
  await sendPresence(late, work);
  expect(sentTo('ann')).toEqual([{ joined: ['ann', 'ben'], left: [], count: 2 }]);
});

test('a frame whose function died before it was sent is sent by the next one, the same frame', async () => {
  await enter('ann');
  const dying: MemoryRuntime = {
    ...runtime,
    table: {
      ...runtime.table,
      async write(write) {
        const outcome = await runtime.table.write(write);
        if ('put' in write && write.put.sk === 'TOLD') throw new Error('the function died');
        return outcome;
      },
    },
  };
  await expect(sendPresence(dying, work)).rejects.toThrow('died');
  expect(frames('ann')).toEqual([]);
  await sendPresence(runtime, work);
  await sendPresence(runtime, work);
  expect(sentTo('ann')).toEqual([{ joined: ['ann'], left: [], count: 1 }]);
  expect(rows()).not.toMatchObject([{ unsent: expect.anything() }]);
});

test('who asks again, because the answer to a subscription never came, has the update sent', async () => {
  await enter('ann');
  await loseMessages();
  await runtime.clock.advance(10_000);
  const ann = await readConnection(runtime.table, 'ann');
  if (ann) await join(runtime, ann, [room]);
  await pass(1);
  expect(sentTo('ann')).toEqual([{ joined: ['ann'], left: [], count: 1 }]);
});

test('a queue that refuses a message harms neither who comes nor who goes', async () => {
  const refusing = {
    ...runtime,
    queue: { ...runtime.queue, send: () => Promise.reject(new Error('no queue')) },
  };
  runtime.sockets.open('ann');
  const connected = await connect(runtime, 'ann', principal(runtime));
  if (!('connection' in connected)) throw new Error('refused');
  await join(refusing, connected.connection, [room]);
  await runtime.clock.advance(10_000);
  const joined = await readConnection(runtime.table, 'ann');
  if (joined) await leave(refusing, joined, room);
  expect(runtime.reports).toHaveLength(2);
});

test('a connection that gives way to a newer one of its user leaves its rooms', async () => {
  runtime = memoryRuntime({ limitPolicy: 'evict-oldest', limits: { connectionsPerUser: 1 } });
  await enter('ann');
  await enter('ben', 'old');
  await pass(61);
  runtime.sockets.open('new');
  await connect(runtime, 'new', principal(runtime, { userId: 'ben' }));
  await pass(20);
  expect(sentTo('ann').at(-1)).toEqual({ joined: [], left: ['ben'], count: 1 });
});

test('an empty room leaves nothing behind', async () => {
  await enter('ann');
  await pass(2);
  await exit('ann');
  await pass(20);
  expect(rows()).toEqual([]);
  expect(runtime.queue.waiting()).toEqual([]);
});

test('a connection that cannot keep up with presence gets no resync, for there is nothing to ask for', async () => {
  await enter('ann');
  runtime.sockets.script('ann', 'behind', 'behind', 'behind', 'behind');
  await pass(30);
  expect(runtime.sockets.frames('ann')).toEqual([]);
  expect(runtime.queue.waiting()).toEqual([]);
});

test('who has just gone is listed as away, until the room hears that they left', async () => {
  const asked = async () => {
    const frame = { action: 'presence.get', topic: 'room:lobby' };
    return (await handleAction(runtime, principal(runtime), runtime.random.id(), frame)).payload;
  };
  await enter('ann');
  await enter('ben');
  await pass(2);
  await exit('ben');
  await pass(2);
  const users = [{ userId: 'ann', devices: 1 }];
  expect(await asked()).toEqual({ users, away: ['ben'] });
  await pass(20);
  expect(await asked()).toEqual({ users });
});
