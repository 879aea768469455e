import { expect, test } from 'vitest';
import { clientUser, desk } from '../../test/support/askActions.ts';
import { peopleOf } from '../../test/support/peopleOf.ts';
import { rooms } from './index.ts';

/** A company's room is for its own users, and for staff. */
const app = [
  rooms({ maySubscribe: ({ roles, clients }, id) => roles.includes('msp') || clients.includes(id) }),
];
const topic = 'room:acme';
const [carla, otto] = [clientUser('carla'), clientUser('otto', 'globex')];

test('3.2: who may see a room is the rule that the app gave: nobody else subscribes, sends, asks or is answered', async () => {
  const { connect, http } = peopleOf(app);
  const [inside, outside] = [await connect(carla), await connect(otto)];
  expect(await inside.subscribe(topic)).toMatchObject({ seq: 0 });
  const payload = { body: 'hello' };
  const sync = { payload: { heads: { [topic]: 0 } } };
  for (const refused of [
    await outside.subscribe(topic),
    await outside.ask('room.send', { topic, payload }),
    await outside.ask('presence.get', { topic }),
    await outside.ask('sync', sync),
    await http(otto, 'room.send', { topic, payload }),
    await http(otto, 'presence.get', { topic }),
  ]) {
    expect(refused.code).toBe('forbidden');
  }
  const { subs } = await outside.ask('hello', { payload: { v: 1, subs: [{ topic }] } });
  expect((subs as object[]).at(-1)).toMatchObject({ topic, error: { code: 'forbidden' } });
  expect(await inside.ask('room.send', { topic, payload })).toMatchObject({ seq: 1 });
  expect(await http(carla, 'room.send', { topic, payload })).toMatchObject({ seq: 2 });
  expect(outside.frames()).toEqual([]);
});

test('3.11: a token that the rule no longer allows leaves the room, is told so, and is heard there no more', async () => {
  const { connect } = peopleOf(app);
  const [inside, staff] = [await connect(carla), await connect(desk)];
  for (const each of [inside, staff]) await each.subscribe(topic);
  expect((await inside.become({ clients: ['globex'] })).code).toBeUndefined();
  expect(inside.of('unsubscribed')).toEqual([
    { type: 'unsubscribed', topic, payload: { code: 'forbidden' } },
  ]);
  await staff.ask('room.send', { topic, payload: { body: 'gone?' } });
  expect(inside.of('room.message')).toEqual([]);
  expect((await inside.ask('room.send', { topic, payload: { body: 'here' } })).code).toBe('forbidden');
});

test('a rule that changed with a deployment is asked again with everything that is said', async () => {
  let isOpen = true;
  const { connect } = peopleOf([rooms({ maySubscribe: () => isOpen })]);
  const inside = await connect(carla);
  await inside.subscribe(topic);
  isOpen = false;
  expect((await inside.ask('room.send', { topic, payload: { body: 'here' } })).code).toBe('forbidden');
});

test('rooms without a rule make no app, and the error says what to write', () => {
  expect(() => rooms({} as never)).toThrow('room: say who may subscribe: maySubscribe: (who, id) => …');
});
