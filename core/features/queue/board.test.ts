import { expect, test } from 'vitest';
import { memoryRuntime, principal } from '../../../test/support/memoryRuntime.ts';
import { ensureHead } from '../../heads.ts';
import { handleAction } from '../../router.ts';
import { type Board, boardSnapshot, book, checkIn, emptyBoard } from './board.ts';

const dayMs = 24 * 3_600_000;
const times = Array.from({ length: 60 }, (_, n) => `09:${String(n).padStart(2, '0')}`);
const id = (n: number) => `${'x'.repeat(60)}${String(n).padStart(4, '0')}`;

/** A day as full as it gets, with ids as long as they get. */
const fullDay = (): Board => {
  let board = emptyBoard;
  for (let n = 0; n < 500; n++) board = book(board, id(n % 10), id(n), times[Math.floor(n / 10)] ?? '');
  for (let n = 1; n <= 500; n++) board = checkIn(board, n)?.board ?? board;
  return board;
};

test('a full day is a head of at most 50 KB, and one appointment more is refused', () => {
  const board = fullDay();
  expect(JSON.stringify(board).length).toBeLessThan(50_000);
  expect(() => book(board, 'dr', 'p', '09:00')).toThrow('at most 500 appointments');
});

test('the pages of a full day join to the whole, each of them within its room', () => {
  const board = fullDay();
  const seen: string[] = [];
  let pages = 0;
  for (let cursor: string | undefined; ; ) {
    const page = boardSnapshot(board, '2026-03-14', { cursor, mostBytes: 29_700 }) as {
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
    board = book(
      board,
      'dr',
      id(n),
      `${String(Math.floor(n / 60)).padStart(2, '0')}:${times[n % 60]?.slice(3)}`,
    );
  }
  const page = boardSnapshot(board, '2026-03-14', { mostBytes: 29_700 });
  expect(page).toMatchObject({ doctors: [{ doctorId: 'dr' }] });
  expect(page).not.toHaveProperty('cursor');
  // API Gateway posts 128 KB at most.
  expect(JSON.stringify(page).length).toBeLessThan(110_000);
});

test('a board is kept for 30 days after its day, or after the last booking of a day that is past', async () => {
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
  expect(await ttlOf('9999-12-31', false)).toBe(after30Days(now));
});
