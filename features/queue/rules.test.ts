import { expect, test } from 'vitest';
import { admin, clientUser, desk, service } from '../../test/support/askActions.ts';
import { peopleOf } from '../../test/support/peopleOf.ts';
import { queue } from './index.ts';

const topic = 'queue:2026-01-15';
const booking = { date: '2026-01-15', doctorId: 'dr', patientId: 'p-of-acme', at: '09:00' };
const [carla, otto] = [clientUser('carla'), clientUser('otto', 'globex')];

test('3.2: a board is for msp and service: one company’s user sees no patient of another, by whichever way', async () => {
  const { connect, http } = peopleOf([queue()]);
  const [watcher, own, staff] = [await connect(otto), await connect(carla), await connect(desk)];
  for (const one of [watcher, own, await connect(admin)]) {
    expect((await one.subscribe(topic)).code).toBe('forbidden');
    expect((await one.ask('sync', { payload: { heads: { [topic]: 0 } } })).code).toBe('forbidden');
  }
  for (const one of [staff, await connect(service)])
    expect(await one.subscribe(topic)).toMatchObject({ seq: 0 });
  const { subs } = await watcher.ask('hello', { payload: { v: 1, subs: [{ topic }] } });
  expect((subs as object[]).at(-1)).toMatchObject({ topic, error: { code: 'forbidden' } });
  await http(carla, 'queue.book', { payload: booking });
  expect(staff.of('queue.updated')).toHaveLength(1);
  expect([...watcher.frames(), ...own.frames()]).toEqual([]);
});

test('3.2: who may not see a board may book on it all the same: the ack tells it what it booked', async () => {
  const { connect } = peopleOf([queue()]);
  const own = await connect(carla);
  const booked = await own.ask('queue.book', { payload: booking });
  expect(booked).toMatchObject({ appointmentId: expect.any(String), seq: 1 });
  const { appointmentId } = booked;
  const { date } = booking;
  const answer = await own.ask('queue.checkIn', { payload: { date, appointmentId } });
  expect(answer).toMatchObject({ position: 1, seq: 2 });
});

test('3.2: an app may let others see its boards, or fewer', async () => {
  const open = peopleOf([queue({ maySubscribe: () => true })]);
  expect(await (await open.connect(otto)).subscribe(topic)).toMatchObject({ seq: 0 });
  const shut = peopleOf([queue({ maySubscribe: ({ roles }) => roles.includes('service') })]);
  expect((await (await shut.connect(desk)).subscribe(topic)).code).toBe('forbidden');
});

test('the documents say who may see a board, as the app has it', () => {
  const inWords = (feature: ReturnType<typeof queue>) => feature.contract.topics.queue.who;
  expect(inWords(queue())).toBe('msp, service');
  expect(inWords(queue({ maySubscribe: () => true }))).toBe('whom the app’s rule allows');
  expect(inWords(queue({ maySubscribe: () => true, who: 'anyone' }))).toBe('anyone');
});
