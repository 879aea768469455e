import { beforeEach, expect, test } from 'vitest';
import { handleFrame } from '../../core/api/router.ts';
import { connect } from '../../core/connections/connect.ts';
import { readHead } from '../../core/log/topicHead.ts';
import type { Principal } from '../../core/principal.ts';
import {
  type Answered,
  admin,
  askActions,
  clientUser,
  desk,
  service,
} from '../../test/support/askActions.ts';
import { type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';

const date = '2026-01-15';
const [carla, otto] = [clientUser('carla'), clientUser('otto', 'globex')];

let memory: MemoryRuntime;
let ask: ReturnType<typeof askActions>;
beforeEach(() => {
  memory = memoryRuntime();
  ask = askActions(memory);
});

let minute = 0;
const nextTime = () =>
  `${String(Math.floor(++minute / 60) % 24).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
const book = async (who: Partial<Principal>, doctorId = 'dr') =>
  (await ask(who, 'queue.book', { date, doctorId, patientId: 'p', at: nextTime() })) as Answered & {
    appointmentId: string;
  };
const on = (who: Partial<Principal>, action: 'checkIn' | 'cancel', appointmentId: string) =>
  ask(who, `queue.${action}`, { date, appointmentId });

test('4: a client’s user checks in and cancels what it booked itself, until it is checked in; staff does so with all', async () => {
  const ofCarla = (await book(carla)).appointmentId;
  const ofDesk = (await book(desk)).appointmentId;
  for (const appointmentId of [ofCarla, ofDesk]) {
    expect((await on(otto, 'checkIn', appointmentId)).code).toBe('forbidden');
    expect((await on(otto, 'cancel', appointmentId)).code).toBe('forbidden');
  }
  expect((await on(carla, 'checkIn', ofCarla)).position).toBe(1);
  expect((await on(carla, 'cancel', ofCarla)).code).toBe('forbidden');
  expect((await on(desk, 'cancel', ofCarla)).seq).toBe(4);
  expect((await on(carla, 'cancel', ofCarla)).already).toBe(true);
  expect((await on(service, 'checkIn', ofDesk)).position).toBe(1);
  expect((await on(admin, 'cancel', ofDesk)).code).toBe('forbidden');
});

test('4: a doctor’s time is given once, and again when it was cancelled; another doctor has the same one', async () => {
  const at = '09:00';
  const bookAt = async (who: Partial<Principal>, doctorId = 'dr') =>
    (await ask(who, 'queue.book', { date, doctorId, patientId: 'p', at })) as Answered & {
      appointmentId: string;
    };
  const { appointmentId } = await bookAt(carla);
  for (const who of [carla, otto, desk]) expect((await bookAt(who)).code).toBe('conflict');
  expect((await bookAt(otto, 'other')).code).toBeUndefined();
  await on(carla, 'cancel', appointmentId);
  expect((await bookAt(otto)).code).toBeUndefined();
  expect((await bookAt(carla)).code).toBe('conflict');
});

test('whoever is staff besides being a client’s user is held to no share and changes all', async () => {
  const dual: Partial<Principal> = { userId: 'dora', roles: ['msp', 'client'], clients: ['acme'] };
  const { appointmentId } = await book(carla);
  expect((await on(dual, 'checkIn', appointmentId)).position).toBe(1);
  for (let n = 0; n < 12; n++) expect((await book(dual)).code).toBeUndefined();
});

test('6: a client’s user books 10 appointments a board, and its own limit is nobody else’s', async () => {
  const mine: string[] = [];
  for (let n = 0; n < 10; n++) mine.push((await book(carla, `dr-${n % 2}`)).appointmentId);
  expect((await book(carla, 'dr-2')).code).toBe('limit_exceeded');
  expect((await book(otto, 'dr-2')).code).toBeUndefined();
  for (let n = 0; n < 11; n++) expect((await book(desk)).code).toBeUndefined();
  await on(desk, 'cancel', mine[3] ?? '');
  expect((await book(carla)).code).toBeUndefined();
  expect((await book(carla)).code).toBe('limit_exceeded');
});

test('6: what a client’s user cancels itself counts for a minute more, so that it moves a board 20 times a minute', async () => {
  const bookAndCancel = async (who: Partial<Principal>) => {
    const { code, appointmentId } = await book(who);
    return code ?? (await on(who, 'cancel', appointmentId)).code;
  };
  for (let n = 0; n < 10; n++) expect(await bookAndCancel(carla)).toBeUndefined();
  const refused = await book(carla);
  const message = 'has had as many of your bookings and cancellations as one may make within a minute';
  expect(refused).toMatchObject({
    code: 'rate_limited',
    retryable: true,
    retryAfterMs: 60_000,
    message: `payload.date: ${message}`,
    details: [{ path: 'payload.date', message }],
  });
  for (const who of [desk, service, otto]) {
    for (let n = 0; n < 9; n++) expect(await bookAndCancel(who)).toBeUndefined();
  }
  for (let n = 0; n < 9; n++) expect(await bookAndCancel(desk)).toBeUndefined();
  await memory.clock.advance(59_999);
  expect((await book(carla)).retryAfterMs).toBe(1);
  await memory.clock.advance(1);
  for (let n = 0; n < 10; n++) expect((await book(carla)).code).toBeUndefined();
  const head = await readHead(memory.table, 't', { kind: 'queue', id: date });
  expect(head?.state).not.toHaveProperty('givenBack');
});

test('6: a client’s user who has not used up its share books another time as soon as it has cancelled one', async () => {
  const { appointmentId } = await book(carla);
  await on(carla, 'cancel', appointmentId);
  expect((await book(carla)).code).toBeUndefined();
  await memory.clock.advance(30_000);
  for (let n = 0; n < 8; n++) expect((await book(carla)).code).toBeUndefined();
  expect((await book(carla)).retryAfterMs).toBe(30_000);
});

/** The clock stands at 2026-01-01. */
test('4.1: boards are of days from five years back to two ahead, by whichever way they are named', async () => {
  memory.sockets.open('c1');
  await connect(memory, 'c1', principal(memory, desk));
  const frame = async (action: string, more: object) => {
    const body = JSON.stringify({ action, ...more });
    return (await handleFrame(memory, { connectionId: 'c1', requestId: 'q', body })).payload as Answered;
  };
  for (const day of ['2021-01-01', '2028-01-01']) {
    expect(await frame('subscribe', { topic: `queue:${day}` })).toMatchObject({ seq: 0 });
  }
  for (const day of ['2020-12-31', '2028-01-02', '9999-12-31']) {
    const topic = `queue:${day}`;
    const payload = { date: day, doctorId: 'd', patientId: 'p', at: '09:00', appointmentId: `${day}-1` };
    const answers: [string, Answered][] = [
      ['topic.date', await frame('subscribe', { topic })],
      ['topic.date', await frame('sync', { payload: { heads: { [topic]: 0 } } })],
    ];
    for (const action of ['book', 'checkIn', 'cancel']) {
      answers.push(['payload.date', await ask(desk, `queue.${action}`, payload)]);
    }
    for (const [path, answer] of answers) {
      expect(answer, path).toMatchObject({ code: 'validation_failed', details: [{ path }] });
    }
    const { subs } = (await frame('hello', { payload: { v: 1, subs: [{ topic }] } })) as { subs?: object[] };
    expect(subs?.at(-1)).toMatchObject({ topic, error: { code: 'validation_failed' } });
  }
});
