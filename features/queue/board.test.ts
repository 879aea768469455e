import { expect, test } from 'vitest';
import { handleAction } from '../../core/api/router.ts';
import { ensureHead } from '../../core/log/topicHead.ts';
import { memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import {
  type Board,
  type Booking,
  boardSnapshot,
  book,
  cancel,
  checkIn,
  emptyBoard,
  type Found,
  findAppointment,
  giveBack,
} from './board.ts';
import { queueSettings } from './settings.ts';

const dayMs = 24 * 3_600_000;
const times = Array.from({ length: 60 }, (_, n) => `09:${String(n).padStart(2, '0')}`);
const { limits } = queueSettings.in(memoryRuntime().settings);
const booked = (board: Board, booking: Partial<Booking> = {}, max = limits, now = 0): Board =>
  book(board, { doctorId: 'dr', patientId: 'p', at: '09:00', ...booking }, max, now);
const found = (board: Board, number: number) => findAppointment(board, number) as Found;
/** A time of the day for each of the first 1,440 numbers. */
const timeOf = (n: number) => `${String(Math.floor(n / 60)).padStart(2, '0')}:${times[n % 60]?.slice(3)}`;
const id = (n: number) => `${'x'.repeat(60)}${String(n).padStart(4, '0')}`;

/** A long day, with ids as long as they get. */
const longDay = (): Board => {
  let board = emptyBoard;
  for (let n = 0; n < 500; n++) {
    board = booked(board, { doctorId: id(n % 10), patientId: id(n), at: times[Math.floor(n / 10)] ?? '' });
  }
  for (let n = 1; n <= 500; n++) board = checkIn(board, found(board, n)).board;
  return board;
};

test('a board ends at 300 KB: one appointment more is refused, and there is room again after a cancellation', () => {
  let board = emptyBoard;
  const fill = () => {
    for (let n = board.booked; ; n++) {
      const doctorId = id(Math.floor(n / 400));
      board = booked(board, { doctorId, patientId: id(n), at: timeOf(n % 400) }, { ...limits, boardBytes });
    }
  };
  const boardBytes = 30_000;
  expect(fill).toThrow('this day is full');
  expect(JSON.stringify(board).length).toBeGreaterThan(29_800);
  expect(JSON.stringify(board).length).toBeLessThanOrEqual(boardBytes);
  const room = cancel(board, found(board, 1));
  expect(booked(room, { doctorId: id(0), patientId: id(0), at: '23:59' }).booked).toBe(board.booked + 1);
  expect(limits.boardBytes).toBe(300_000);
});

test('of a doctor’s 500 appointments clients’ users book 400, so that the staff always has a hundred', () => {
  let board = emptyBoard;
  for (let n = 0; n < 400; n++) board = booked(board, { at: timeOf(n), clientUser: `user-${n}` });
  expect(() => booked(board, { at: '23:00', clientUser: 'one-more' })).toThrow('at most 400');
  expect(booked(board, { at: '23:00', clientUser: 'one-more', doctorId: 'other' }).booked).toBe(401);
  for (let n = 400; n < 500; n++) board = booked(board, { at: timeOf(n) });
  expect(() => booked(board, { at: '23:00' })).toThrow('at most 500');
});

test('a client’s user books 10 appointments a board, over all doctors, and a cancelled one is given back', () => {
  let board = emptyBoard;
  const mine = (n: number) => ({ at: timeOf(n), doctorId: `dr-${n % 3}`, clientUser: 'carla' });
  for (let n = 0; n < 10; n++) board = booked(board, mine(n));
  expect(() => booked(board, mine(10))).toThrow('10 appointments');
  expect(booked(board, { ...mine(10), clientUser: 'otto' }).booked).toBe(11);
  board = booked(cancel(board, found(board, 4)), mine(10));
  expect(() => booked(board, mine(11))).toThrow('10 appointments');
  expect(findAppointment(board, 4)).toBe('cancelled');
  expect(findAppointment(board, 12)).toBeUndefined();
});

test('a board that its users empty themselves does not grow by that, and forgets it after a minute', () => {
  let board = emptyBoard;
  for (let n = 0; n < 200; n++) board = booked(board, { at: timeOf(n), clientUser: `u${n}` });
  const bytes = () => JSON.stringify(board).length;
  for (let n = 0; n < 200; n++) {
    const before = bytes();
    board = giveBack(board, found(board, n + 1), `u${n}`, n);
    // But for the list itself.
    expect(bytes()).toBeLessThanOrEqual(before + (n === 0 ? 15 : 0));
  }
  expect(booked(board, {}, limits, 60_100).givenBack).toHaveLength(99);
  expect(booked(board, {}, limits, 60_200)).toEqual({
    booked: 201,
    doctors: [['dr', [[201, 'p', '09:00', 0]]]],
  });
});

test('where a stage took a part of the share away, a booking waits for as many as are in the way', () => {
  let board = emptyBoard;
  for (let n = 0; n < 5; n++) board = booked(board, { at: timeOf(n), clientUser: 'carla' });
  for (let n = 0; n < 5; n++) board = giveBack(board, found(board, n + 1), 'carla', n * 1000);
  const mine = { at: '23:00', clientUser: 'carla' };
  const max = { ...limits, bookingsPerUser: 3 };
  expect(() => booked(board, mine, max, 10_000)).toThrow(
    expect.objectContaining({ code: 'rate_limited', retryAfterMs: 52_000 }),
  );
  expect(booked(board, mine, max, 62_000).booked).toBe(6);
});

test('a board that was written before it was told who books is read, and its appointments are the staff’s', () => {
  const yesterday: Board = {
    booked: 2,
    doctors: [['dr', [[1, 'p', '09:00', 1] as const, [2, 'q', '09:10', 0]]]],
  };
  expect(found(yesterday, 2)).toEqual({ doctorId: 'dr', number: 2, place: 0, clientUser: undefined });
  expect(checkIn(yesterday, found(yesterday, 2))).toMatchObject({ place: 2 });
  expect(cancel(yesterday, found(yesterday, 1)).doctors).toEqual([['dr', [[2, 'q', '09:10', 0]]]]);
});

test('who is checked in keeps its place when another one’s appointment is cancelled', () => {
  let board = booked(booked(booked(emptyBoard), { at: '09:10', clientUser: 'carla' }), { at: '09:20' });
  for (const number of [3, 2]) board = checkIn(board, found(board, number)).board;
  board = cancel(board, found(board, 3));
  expect(found(board, 2)).toMatchObject({ place: 2, clientUser: 'carla' });
  expect(checkIn(board, found(board, 1)).place).toBe(3);
});

test('the pages of a long day join to the whole, each of them within its room', () => {
  const board = longDay();
  const seen: string[] = [];
  let pages = 0;
  for (let cursor: string | undefined; ; ) {
    const page = boardSnapshot(board, '2026-03-14', { cursor, maxBytes: 29_700 }) as {
      doctors: { doctorId: string }[];
      cursor?: string;
    };
    pages++;
    expect(JSON.stringify(page).length).toBeLessThan(30_000);
    seen.push(...page.doctors.map(({ doctorId }) => doctorId));
    cursor = page.cursor;
    if (cursor === undefined) break;
  }
  expect(seen).toEqual(Array.from({ length: 10 }, (_, n) => id(n)));
  expect(pages).toBeLessThan(6);
});

test('a doctor who alone is larger than a page is shown all the same, whole', () => {
  let board = emptyBoard;
  for (let n = 0; n < 500; n++) {
    board = booked(board, { patientId: id(n), at: timeOf(n) });
  }
  const page = boardSnapshot(board, '2026-03-14', { maxBytes: 29_700 });
  expect(page).toMatchObject({ doctors: [{ doctorId: 'dr' }] });
  expect(page).not.toHaveProperty('cursor');
  // API Gateway posts 128 KB at most.
  expect(JSON.stringify(page).length).toBeLessThan(110_000);
});

test('a board is kept for 30 days after its day, or after the last booking of a day that is past, and for one day where somebody only looked', async () => {
  const runtime = memoryRuntime();
  const now = runtime.clock.now();
  const who = principal(runtime);
  const ttlOf = async (date: string, isBooked: boolean) => {
    const payload = { date, doctorId: 'dr', patientId: 'p', at: '09:00' };
    if (isBooked) await handleAction(runtime, who, `book-${date}`, { action: 'queue.book', payload });
    else await ensureHead(runtime, who.tenant, { kind: 'queue', id: date });
    return runtime.table.dump().find(({ pk, sk }) => pk.startsWith('HEAD#') && sk === date)?.ttl;
  };
  const after30Days = (ms: number) => (ms + 30 * dayMs) / 1000;
  expect(await ttlOf('2026-05-01', true)).toBe(after30Days(Date.UTC(2026, 4, 1)));
  expect(await ttlOf('2025-05-01', true)).toBe(after30Days(now));
  expect(await ttlOf('2026-06-01', false)).toBe((now + dayMs) / 1000);
});
