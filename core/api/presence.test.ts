import { expect, test } from 'vitest';
import { rooms } from '../../features/rooms/index.ts';
import { desk } from '../../test/support/askActions.ts';
import { peopleOf } from '../../test/support/peopleOf.ts';
import { deliverWork } from '../delivery/deliverWork.ts';

const topic = 'room:lobby';
const app = () => peopleOf([rooms({ maySubscribe: () => true })]);
type Setup = ReturnType<typeof app>;
const pass = async ({ runtime, deliver }: Setup, seconds = 2) => {
  for (let second = 0; second < seconds; second++) {
    await runtime.clock.advance(1_000);
    await deliver();
  }
};
const enter = async (setup: Setup, userId: string) => {
  const one = await setup.connect({ ...desk, userId });
  await one.subscribe(topic);
  return one;
};
type One = Awaited<ReturnType<typeof enter>>;
const set = (one: One, data: unknown, more: object = {}) =>
  one.ask('presence.set', { topic, payload: { data }, ...more });
const usersOf = async (one: One) => (await one.ask('presence.get', { topic })).users;

test('4: presence.set shows data with one’s presence: in the next presence frame, and to whoever asks', async () => {
  const setup = app();
  const [ann, ben] = [await enter(setup, 'ann'), await enter(setup, 'ben')];
  await pass(setup);
  expect(ben.of('presence').at(-1)?.payload).toEqual({ joined: ['ann', 'ben'], left: [], count: 2 });
  const data = { typing: true, name: 'Ann' };
  expect((await set(ann, data)).code).toBeUndefined();
  await pass(setup);
  const change = { joined: [], left: [], count: 2, data: [{ userId: 'ann', data }] };
  expect(ben.of('presence').at(-1)).toMatchObject({ topic, payload: change });
  expect(ben.of('presence').at(-1)).not.toHaveProperty('seq');
  const cyd = await enter(setup, 'cyd');
  expect(await usersOf(cyd)).toEqual([
    { userId: 'ann', devices: 1, data },
    { userId: 'ben', devices: 1 },
    { userId: 'cyd', devices: 1 },
  ]);
  await set(cyd, 'new here');
  await pass(setup);
  const joined = { joined: ['cyd'], left: [], count: 3, data: [{ userId: 'cyd', data: 'new here' }] };
  expect(ben.of('presence').at(-1)?.payload).toEqual(joined);
  const before = ben.of('presence').length;
  await set(ann, data);
  await pass(setup);
  expect(ben.of('presence')).toHaveLength(before);
});

test('4: null takes it back, and so does leaving', async () => {
  const setup = app();
  const [ann, ben] = [await enter(setup, 'ann'), await enter(setup, 'ben')];
  await set(ann, 1);
  await pass(setup);
  await set(ann, null);
  await pass(setup);
  const taken = { joined: [], left: [], count: 2, data: [{ userId: 'ann', data: null }] };
  expect(ben.of('presence').at(-1)?.payload).toEqual(taken);
  await set(ann, 2);
  await pass(setup);
  await ann.ask('unsubscribe', { topic });
  await ann.subscribe(topic);
  await pass(setup);
  expect(ben.of('presence').at(-1)?.payload).toEqual(taken);
  expect(await usersOf(ben)).toEqual([
    { userId: 'ann', devices: 1 },
    { userId: 'ben', devices: 1 },
  ]);
});

test('4: of several devices the latest counts', async () => {
  const setup = app();
  const [one, other] = [await enter(setup, 'ann'), await enter(setup, 'ann')];
  await set(one, 'first');
  await setup.runtime.clock.advance(5);
  await set(other, 'second');
  expect(await usersOf(one)).toEqual([{ userId: 'ann', devices: 2, data: 'second' }]);
  await setup.runtime.clock.advance(5);
  await set(one, 'third');
  expect(await usersOf(one)).toEqual([{ userId: 'ann', devices: 2, data: 'third' }]);
  await one.ask('unsubscribe', { topic });
  expect(await usersOf(other)).toEqual([{ userId: 'ann', devices: 1, data: 'second' }]);
});

test('4: it is for who is subscribed, has 256 bytes, and is set once for a ref', async () => {
  const setup = app();
  const ann = await enter(setup, 'ann');
  const away = await setup.connect({ ...desk, userId: 'ben' });
  const frame = { topic, payload: { data: 1 } };
  expect((await away.ask('presence.set', frame)).code).toBe('not_subscribed');
  expect((await setup.http({ ...desk, userId: 'ann' }, 'presence.set', frame)).code).toBe('not_subscribed');
  expect((await set(ann, 'é'.repeat(128))).details).toMatchObject([{ path: 'payload.data' }]);
  expect((await ann.ask('presence.set', { topic, payload: {} })).details).toMatchObject([
    { path: 'payload.data' },
  ]);
  expect((await set(ann, 'é'.repeat(127))).code).toBeUndefined();
  await set(ann, 'first', { ref: 'once' });
  await setup.runtime.clock.advance(5);
  await set(ann, 'second');
  expect(await set(ann, 'first', { ref: 'once' })).toMatchObject({ dup: true });
  expect(await usersOf(ann)).toMatchObject([{ data: 'second' }]);
});

test('4.4: of data that does not fit one frame the rest comes in the next', async () => {
  const setup = app();
  const ben = await enter(setup, 'ben');
  const people = await Promise.all(
    Array.from({ length: 150 }, (_, n) => enter(setup, `user-${String(n).padStart(3, '0')}`)),
  );
  await pass(setup);
  const seen = ben.of('presence').length;
  for (const one of people) await set(one, 'x'.repeat(254));
  await pass(setup, 6);
  const frames = ben.of('presence').slice(seen);
  expect(frames.length).toBeGreaterThan(1);
  const data = frames.flatMap(({ payload }) => (payload.data ?? []) as { userId: string }[]);
  expect(data.map(({ userId }) => userId).toSorted()).toEqual(
    people.map((_, n) => `user-${String(n).padStart(3, '0')}`),
  );
  for (const frame of frames) expect(JSON.stringify(frame).length).toBeLessThan(32_000);
});

test('where one presence frame follows another, each has three seconds of its own', async () => {
  const setup = app();
  const ben = await enter(setup, 'ben');
  const people = await Promise.all(Array.from({ length: 150 }, (_, n) => enter(setup, `user-${n}`)));
  await pass(setup);
  const seen = ben.of('presence').length;
  for (const one of people) await set(one, 'x'.repeat(254));
  const { runtime } = setup;
  const { table } = runtime;
  const deadlines: number[] = [];
  const until = (deadline: number) => {
    deadlines.push(deadline);
    return table;
  };
  await runtime.clock.advance(2_000);
  const update = { presenceIn: { tenant: 't', kind: 'room', id: 'lobby' } };
  await deliverWork({ ...runtime, table: { ...table, until } }, update);
  expect(deadlines.length).toBeGreaterThan(1);
  expect(deadlines).toHaveLength(ben.of('presence').length - seen);
});
