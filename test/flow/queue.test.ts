import { expect, test } from 'vitest';
import { board, book, bookingOf, checkIn, type Doctor, date, nextDay, nth, time } from '../support/board.ts';
import type { Client, Frame } from '../support/client.ts';
import { newTenant } from '../support/flow.ts';

test('who subscribes to a date gets a snapshot with every doctor that has appointments, in order of time', async () => {
  const tenant = newTenant();
  const desk = await tenant.staff();
  const late = await book(desk, 'dr-b', '10:00', 'p1');
  const early = await book(desk, 'dr-b', '09:30', 'p2');
  const other = await book(desk, '__proto__', '09:00', 'p3');
  await checkIn(desk, late.appointmentId);
  const { seq, snapshot } = await board(await tenant.staff('carla'));
  expect(seq).toBe(4);
  const booked = { status: 'booked', position: null };
  expect(snapshot).toEqual({
    date,
    doctors: [
      {
        doctorId: '__proto__',
        appointments: [{ appointmentId: other.appointmentId, patientId: 'p3', at: '09:00', ...booked }],
      },
      {
        doctorId: 'dr-b',
        appointments: [
          { appointmentId: early.appointmentId, patientId: 'p2', at: '09:30', ...booked },
          {
            appointmentId: late.appointmentId,
            patientId: 'p1',
            at: '10:00',
            status: 'checked-in',
            position: 1,
          },
        ],
      },
    ],
  });
});

test('a date without appointments gives an empty snapshot', async () => {
  const { seq, snapshot } = await board(await newTenant().staff());
  expect([seq, snapshot]).toEqual([0, { date, doctors: [] }]);
});

test.each([
  ['queue:2025-02-30', '2025-02-30'],
  ['queue:tomorrow', 'tomorrow'],
  ['queue:', 'missing'],
  ['queue', 'missing'],
])('4.1: subscribing to %s is refused with an error that names the date', async (topic, says) => {
  const { type, payload } = await (await newTenant().staff()).ask('subscribe', { topic });
  expect([type, payload.code]).toEqual(['error', 'validation_failed']);
  expect(payload.details).toEqual([{ path: 'topic.date', message: expect.stringContaining(says) }]);
});

test.each([
  ['date', { doctorId: 'd', patientId: 'p', at: '09:00' }],
  ['date', { ...bookingOf('d', '09:00').payload, date: '2025-02-30' }],
  ['at', { ...bookingOf('d', '9:00').payload }],
  ['at', { ...bookingOf('d', '24:00').payload }],
  ['doctorId', { date, patientId: 'p', at: '09:00' }],
  ['patientId', { ...bookingOf('d', '09:00', 'no spaces').payload }],
  ['date', { ...bookingOf('d', '09:00').payload, date: '9999-12-31' }],
])('4.1: a booking without a right %s is refused with an error that names it: %j', async (field, payload) => {
  const answer = await (await newTenant().staff()).ask<string>('queue.book', { payload });
  expect(answer.payload.code).toBe('validation_failed');
  expect(answer.payload.details).toMatchObject([{ path: `payload.${field}` }]);
});

test('a booking triggers an update, the same for two clients that follow the date', async () => {
  const tenant = newTenant();
  const desk = await tenant.staff();
  const screens = [await tenant.staff('carla'), await tenant.staff('ben')];
  for (const screen of screens) await board(screen);
  const { appointmentId, seq } = await book(desk, 'dr-a', '09:00', 'p1');
  const frames = await Promise.all(screens.map((screen) => screen.type('queue.updated')));
  expect(frames[0]).toEqual(frames[1]);
  expect(frames[0]).toMatchObject({
    topic: `queue:${date}`,
    seq,
    from: 'staff',
    payload: {
      doctorId: 'dr-a',
      appointments: [{ appointmentId, patientId: 'p1', at: '09:00', status: 'booked', position: null }],
    },
  });
});

test('a check-in triggers an update with the position in the doctor’s queue, in the order of checking in', async () => {
  const tenant = newTenant();
  const desk = await tenant.staff();
  await board(desk);
  const [first, second] = [await book(desk, 'dr-a', '09:00'), await book(desk, 'dr-a', '09:10')];
  const elsewhere = await book(desk, 'dr-b', '09:00');
  const positions = [];
  for (const one of [second, first, elsewhere]) positions.push(await checkIn(desk, one.appointmentId));
  expect(positions.map(({ payload }) => payload.position)).toEqual([1, 2, 1]);
  const last = await desk.until((frame) => frame.seq === 5);
  expect(positionsIn(last)).toEqual([2, 1]);
  const again = await checkIn(desk, first.appointmentId);
  expect(again.payload).toEqual({ position: 2, already: true });
  await desk.settled();
  expect(desk.of('queue.updated')).toHaveLength(6);
});

const positionsIn = ({ payload }: Frame) =>
  (payload as unknown as Doctor).appointments.map(({ position }) => position);

test('of simultaneous check-ins each gets its own position, without a gap', async () => {
  const tenant = newTenant();
  const desks = await Promise.all(nth(4).map((n) => tenant.staff(`desk-${n}`)));
  const [desk] = desks as [Client, ...Client[]];
  const booked = [];
  for (const n of nth(12)) booked.push(await book(desk, 'dr-a', time(n)));
  const acks = await Promise.all(
    booked.map(({ appointmentId }, n) => checkIn(desks[n % 4] ?? desk, appointmentId)),
  );
  const positions = acks.map(({ payload }) => payload.position as number);
  expect([...positions].sort((a, b) => a - b)).toEqual(nth(12));
  const { snapshot } = await board(desk);
  expect(snapshot.doctors[0]?.appointments.map(({ position }) => position)).toEqual(positions);
});

test('a taken time of a doctor is a conflict: of several who book it at once, one gets it', async () => {
  const tenant = newTenant();
  const desks = await Promise.all(nth(5).map((n) => tenant.staff(`desk-${n}`)));
  const answers = await Promise.all(desks.map((desk) => desk.ask('queue.book', bookingOf('dr-a', '09:00'))));
  expect(answers.filter(({ type }) => type === 'ack')).toHaveLength(1);
  const codes = answers.flatMap(({ type, payload }) => (type === 'error' ? [payload.code] : []));
  expect(codes).toEqual(['conflict', 'conflict', 'conflict', 'conflict']);
  const [desk] = desks as [Client, ...Client[]];
  expect((await book(desk, 'dr-b', '09:00')).seq).toBe(2);
  expect((await book(desk, 'dr-a', '09:01')).seq).toBe(3);
});

test('the same booking with the same ref is booked once', async () => {
  const desk = await newTenant().staff();
  const booking = { ref: 'once', ...bookingOf('dr-a', '09:00') };
  const first = await desk.ask('queue.book', booking);
  const again = await desk.ask('queue.book', booking);
  expect(again.payload).toEqual({ ...first.payload, dup: true });
});

test('who subscribes to another date gets the updates of that date, and no longer those that it left', async () => {
  const tenant = newTenant();
  const desk = await tenant.staff();
  const screen = await tenant.staff('carla');
  await board(screen);
  expect((await board(screen, nextDay)).snapshot).toEqual({ date: nextDay, doctors: [] });
  expect((await screen.ask('unsubscribe', { topic: `queue:${date}` })).type).toBe('ack');
  await desk.ask('queue.book', { ...bookingOf('dr-a', '09:00'), ref: 'left' });
  await desk.until((frame) => frame.type === 'fanout.complete' && frame.ref === 'left');
  await desk.ask('queue.book', { payload: { ...bookingOf('dr-a', '09:00').payload, date: nextDay } });
  expect((await screen.type('queue.updated')).topic).toBe(`queue:${nextDay}`);
  expect(screen.of('queue.updated')).toHaveLength(1);
});

test('an appointment that does not exist, of another day or of another tenant cannot be checked in', async () => {
  const tenant = newTenant();
  const desk = await tenant.staff();
  const { appointmentId } = await book(desk, 'dr-a', '09:00');
  await desk.ask('queue.book', { payload: { ...bookingOf('dr-a', '09:00').payload, date: nextDay } });
  const stranger = await newTenant().staff();
  const refused = [
    await checkIn(desk, `${date}-2`),
    await checkIn(desk, 'nonsense'),
    await desk.ask('queue.checkIn', { payload: { date: nextDay, appointmentId } }),
    await checkIn(stranger, appointmentId),
  ];
  expect(refused.map(({ payload }) => payload.code)).toEqual(nth(4).map(() => 'not_found'));
});

test('a client’s user and a service may book and check in; somebody who is neither may not', async () => {
  const tenant = newTenant();
  const clinic = await tenant.clientUser('carla', 'acme');
  expect((await checkIn(clinic, (await book(clinic, 'dr-a', '09:00')).appointmentId)).type).toBe('ack');
  const service = { user: 'crm', roles: ['service'] } as const;
  const booked = await tenant.http(service, 'POST', '/actions/queue.book', bookingOf('dr-a', '10:00'));
  expect(booked.status).toBe(200);
  const admin = await tenant.connect({ user: 'root', roles: ['admin'] });
  for (const action of ['queue.book', 'queue.checkIn', 'queue.cancel'] as const) {
    const payload = { ...bookingOf('dr-a', '11:00').payload, appointmentId: `${date}-1` };
    expect((await admin.ask(action, { payload })).payload.code).toBe('forbidden');
  }
  expect((await board(await tenant.staff())).snapshot.doctors).toHaveLength(1);
});

const cancel = (by: Client, appointmentId: string) =>
  by.ask('queue.cancel', { payload: { date, appointmentId } });

test('4: who booked an appointment cancels it: its time is free again, and nobody’s position changes', async () => {
  const tenant = newTenant();
  const [clinic, desk] = [await tenant.clientUser('carla', 'acme'), await tenant.staff()];
  await board(desk);
  const mine = await book(clinic, 'dr-a', '09:00', 'p1');
  const other = await book(desk, 'dr-a', '09:10', 'p2');
  await checkIn(desk, other.appointmentId);
  const { payload } = await cancel(clinic, mine.appointmentId);
  expect(payload).toEqual({ epoch: expect.any(String), seq: 4 });
  const { appointmentId } = other;
  expect(await desk.until((frame) => frame.seq === 4)).toMatchObject({
    type: 'queue.updated',
    payload: { doctorId: 'dr-a', appointments: [{ appointmentId, status: 'checked-in', position: 1 }] },
  });
  expect((await cancel(clinic, mine.appointmentId)).payload).toEqual({ already: true });
  expect((await checkIn(desk, mine.appointmentId)).payload.code).toBe('not_found');
  expect((await book(desk, 'dr-a', '09:00')).seq).toBe(5);
  expect((await cancel(desk, `${date}-99`)).payload.code).toBe('not_found');
  expect((await cancel(desk, `${date}--1`)).payload.code).toBe('not_found');
});

test('4: a doctor without appointments any more is not on the board', async () => {
  const tenant = newTenant();
  const desk = await tenant.staff();
  await board(desk);
  await cancel(desk, (await book(desk, 'dr-a', '09:00')).appointmentId);
  expect((await desk.until((frame) => frame.seq === 2)).payload).toEqual({
    doctorId: 'dr-a',
    appointments: [],
  });
  expect((await board(desk)).snapshot).toEqual({ date, doctors: [] });
});
