import { beforeEach, expect, test } from 'vitest';
import { type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { handleFrame } from '../api/router.ts';
import { type DeliveryWork, deliverWork } from '../delivery/deliverWork.ts';
import { fanOut } from '../delivery/fanOut.ts';
import type { Key, Write } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { connect } from './connect.ts';
import { readConnection } from './connections.ts';
import { endConnection } from './endConnection.ts';
import { reap } from './reap.ts';

let memory: MemoryRuntime;
let runtime: Runtime;
let deletes: Key[];
let posts: number;
let throttled: boolean;

beforeEach(() => {
  memory = memoryRuntime({ limits: { framesPerSecond: 100_000, frameBurst: 100_000 } });
  deletes = [];
  posts = 0;
  throttled = false;
  runtime = {
    ...memory,
    sockets: {
      ...memory.sockets,
      async post(id, frame) {
        posts++;
        return throttled ? 'behind' : memory.sockets.post(id, frame);
      },
    },
    table: {
      ...memory.table,
      write(write) {
        if ('delete' in write) deletes.push(write.delete);
        return memory.table.write(write);
      },
    },
  };
});

const rooms = (count: number) => Array.from({ length: count }, (_, n) => `room:r${n}`);

/** A user of a client of one, in rooms: with three feeds. */
async function enter(connectionId: string, topics: readonly string[]): Promise<void> {
  memory.sockets.open(connectionId);
  await connect(
    runtime,
    connectionId,
    principal(memory, { userId: connectionId, roles: ['client'], clients: ['c'] }),
  );
  const subs = topics.map((topic) => ({ topic }));
  const body = JSON.stringify({ action: 'hello', payload: { v: 1, subs } });
  await handleFrame(runtime, { connectionId, requestId: 'r', body });
}

/** Serves the queue until it is empty. */
async function drain() {
  let served = 0;
  const from = memory.clock.now();
  while (memory.queue.waiting().length > 0) {
    for (const message of memory.queue.receive()) {
      await deliverWork(runtime, message.body as unknown as DeliveryWork);
      message.done();
      served++;
    }
    await memory.clock.advance(1_000);
    if (memory.clock.now() > from + 3_600_000) throw new Error('the queue does not empty');
  }
  return { served, afterMs: memory.clock.now() - from };
}

const eventIn = (id: string, seq: number) => ({
  tenant: 't',
  topic: { kind: 'room', id } as const,
  events: [
    {
      epoch: 'e',
      seq,
      frame: JSON.stringify({ type: 'room.message', topic: `room:${id}`, epoch: 'e', seq, payload: {} }),
    },
  ],
});

test('a connection in a hundred rooms is taken out of them once, however many posts find it gone', async () => {
  await enter('gone', rooms(100));
  await drain();
  await memory.clock.advance(60_000);
  memory.sockets.drop('gone');
  deletes.length = 0;
  await Promise.all(rooms(100).map((_, n) => fanOut(runtime, eventIn(`r${n}`, 1))));
  await endConnection(runtime, 'gone', { socket: 'gone' });
  const ofSubscribers = deletes.filter(({ pk }) => pk.startsWith('SUBS#'));
  expect(ofSubscribers).toHaveLength(103);
  expect(new Set(ofSubscribers.map(({ pk }) => pk)).size).toBe(103);
  expect(deletes.filter(({ pk }) => pk.startsWith('USER#'))).toHaveLength(1);
});

test('the reaper has nothing left to do for who has left', async () => {
  await enter('left', rooms(100));
  memory.sockets.drop('left');
  await endConnection(runtime, 'left', { socket: 'gone' });
  await drain();
  deletes.length = 0;
  await memory.clock.advance(3 * 3_600_000);
  expect(await reap(runtime)).toBe(0);
  expect(deletes).toEqual([]);
});

test('what one that died did not finish another does, a minute later, and the reaper whenever it comes', async () => {
  for (const id of ['c1', 'c2']) {
    await enter(id, rooms(3));
    memory.sockets.drop(id);
    const dying = { ...runtime, table: { ...runtime.table, write: dieAtTheFirstDelete() } };
    await expect(endConnection(dying, id, { socket: 'gone' })).rejects.toThrow('died');
    await endConnection(runtime, id, { socket: 'gone' });
  }
  expect(memory.table.dump().filter(({ pk }) => pk.startsWith('SUBS#t#room')).length).toBe(6);
  await memory.clock.advance(60_001);
  await fanOut(runtime, eventIn('r0', 1));
  expect(memory.table.dump().filter(({ pk }) => pk.startsWith('SUBS#'))).toEqual([]);

  function dieAtTheFirstDelete(): Runtime['table']['write'] {
    return (write) => ('delete' in write ? Promise.reject(new Error('died')) : memory.table.write(write));
  }
});

test('a mark that was written unheard, and is repeated by the SDK, does not take itself for another’s', async () => {
  await enter('c1', rooms(3));
  const unheard: Runtime['table']['write'] = async (write) => {
    if ('update' in write && write.set?.state === 'closed') await memory.table.write(write);
    return memory.table.write(write);
  };
  await endConnection({ ...runtime, table: { ...runtime.table, write: unheard } }, 'c1', { socket: 'gone' });
  expect(memory.table.dump().filter(({ pk }) => pk.startsWith('SUBS#'))).toEqual([]);
});

test('a crowd that came and went under throttled posts leaves a queue that empties', async () => {
  const crowd = Array.from({ length: 30 }, (_, n) => `c${n}`);
  throttled = true;
  for (const id of crowd) await enter(id, rooms(3));
  for (let seq = 1; seq <= 5; seq++) await fanOut(runtime, eventIn('r0', seq));
  for (const id of crowd) {
    memory.sockets.drop(id);
    await endConnection(runtime, id, { socket: 'gone' });
  }
  posts = 0;
  const { served, afterMs } = await drain();
  expect(posts).toBe(0);
  expect(served).toBeLessThan(60);
  // The grace of the rooms is 15 s.
  expect(afterMs).toBeLessThan(30_000);
});

test('who cannot keep up gets one resync, however many events it missed', async () => {
  await enter('slow', rooms(3));
  await drain();
  throttled = true;
  for (let seq = 1; seq <= 20; seq++) await fanOut(runtime, eventIn(`r${seq % 3}`, seq));
  const resyncs = () =>
    memory.queue.waiting().filter((body) => (body as { kind?: string }).kind === 'resync');
  for (let turn = 0; turn < 5; turn++) {
    for (const message of memory.queue.receive()) {
      await deliverWork(runtime, message.body as unknown as DeliveryWork);
      message.done();
    }
    await memory.clock.advance(1_000);
  }
  expect(resyncs()).toHaveLength(1);
  throttled = false;
  await drain();
  const received = () => memory.sockets.frames('slow').filter((frame) => frame.includes('"resync"'));
  expect(received()).toHaveLength(1);
  // The next time is another.
  expect(await readConnection(runtime.table, 'slow')).toMatchObject({ resyncUntil: 0 });
});

test('who comes once does what another one began and may have died at', async () => {
  await enter('c1', rooms(3));
  const dying = {
    ...runtime,
    table: {
      ...runtime.table,
      write: (write: Write) =>
        'delete' in write ? Promise.reject(new Error('died')) : memory.table.write(write),
    },
  };
  await expect(endConnection(dying, 'c1', { socket: 'gone' })).rejects.toThrow('died');
  await endConnection(runtime, 'c1', { socket: 'gone', force: true });
  expect(memory.table.dump().filter(({ pk }) => pk.startsWith('SUBS#'))).toEqual([]);
});

test('a departure that could not be queued is sent with the next change', async () => {
  await enter('c1', rooms(3));
  await drain();
  const noQueue = { ...runtime.queue, send: () => Promise.reject(new Error('no queue')) };
  await endConnection({ ...runtime, queue: noQueue }, 'c1', { socket: 'gone' });
  const toReap = () => memory.table.dump().filter(({ pk }) => pk.startsWith('EXPIRY#'));
  expect(toReap()).toHaveLength(1);
  await memory.clock.advance(60_001);
  await endConnection(runtime, 'c1', { socket: 'gone' });
  expect(memory.queue.waiting()).toHaveLength(3);
  expect(toReap()).toEqual([]);
});

test('word that was noted and never got on its way goes when the queue brings its event again', async () => {
  await enter('slow', rooms(1));
  await drain();
  throttled = true;
  await fanOut(runtime, eventIn('r0', 1));
  await memory.clock.advance(1_000);
  const [again] = memory.queue.receive();
  const event = again?.body as unknown as DeliveryWork;
  again?.done();
  const noQueue = { ...runtime.queue, send: () => Promise.reject(new Error('no queue')) };
  await expect(deliverWork({ ...runtime, queue: noQueue }, event)).rejects.toThrow('no queue');
  await deliverWork(runtime, event);
  expect(memory.queue.waiting()).toMatchObject([{ kind: 'resync', to: ['slow'] }]);
});
