import { expect, test } from 'vitest';
import { type Board, board, book, type Doctor, date, nth, time } from '../support/board.ts';
import type { Client } from '../support/client.ts';
import { newTenant } from '../support/flow.ts';

/** All pages of a date's snapshot; `between` runs after the first one. */
async function allPages(screen: Client, between = async () => {}): Promise<Board[]> {
  const pages: Board[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await board(screen, date, cursor === undefined ? {} : { cursor });
    expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(30_000);
    if (pages.length === 0) await between();
    pages.push(page);
    cursor = page.snapshot.cursor;
    if (cursor === undefined) return pages;
  }
}
const doctorsOf = (pages: readonly Board[]) => pages.flatMap(({ snapshot }) => snapshot.doctors);

test('a full day comes in pages of whole doctors, which the updates after each page keep right', async () => {
  const tenant = newTenant();
  const desks = await Promise.all(nth(6).map((n) => tenant.staff(`desk-${n}`)));
  const patient = (n: number) => `${'p'.repeat(60)}-${n}`;
  for (const n of nth(39)) {
    await Promise.all(desks.map((desk, d) => book(desk, `dr-${d}`, time(n), patient(n))));
  }
  const screen = await tenant.staff('carla');
  const pages = await allPages(screen, async () => {
    for (const [d, desk] of desks.entries()) await book(desk, `dr-${d}`, '07:00');
  });
  expect(pages.length).toBeGreaterThan(1);
  expect(doctorsOf(pages).map(({ doctorId }) => doctorId)).toEqual(nth(6).map((n) => `dr-${n - 1}`));
  const now = new Map(doctorsOf(pages).map((doctor) => [doctor.doctorId, doctor]));
  for (const { seq, snapshot } of pages) {
    for (const { doctorId } of snapshot.doctors) {
      const update = screen.of('queue.updated').find(({ payload }) => payload.doctorId === doctorId);
      if (update && (update.seq ?? 0) > seq) now.set(doctorId, update.payload as unknown as Doctor);
    }
  }
  expect([...now.values()]).toEqual(doctorsOf(await allPages(screen)));
  const hello = await screen.ask('hello', { payload: { v: 1, subs: [{ topic: `queue:${date}` }] } });
  expect(Buffer.byteLength(JSON.stringify(hello))).toBeLessThan(30_500);
  const { subs } = hello.payload as { subs: object[] };
  expect(subs.at(-1)).toMatchObject({ snapshot: { date, cursor: expect.any(String) } });
});

test('a snapshot is exactly at its seq: with the updates after it, it is what a later one shows', async () => {
  const tenant = newTenant();
  const desk = await tenant.staff();
  const screens = await Promise.all(nth(4).map((n) => tenant.staff(`screen-${n}`)));
  const bookings = nth(16).map((n) => book(desk, `dr-${n % 3}`, time(n)));
  const first = await Promise.all(screens.map((screen) => board(screen)));
  await Promise.all(bookings);
  const last = await board(desk);
  expect(last.seq).toBe(16);
  for (const [n, screen] of screens.entries()) {
    const { seq, snapshot } = first[n] as Board;
    const doctors = new Map(snapshot.doctors.map((doctor) => [doctor.doctorId, doctor]));
    for (const next of nth(16).filter((one) => one > seq)) {
      const { payload } = await screen.until((frame) => frame.seq === next && frame.type === 'queue.updated');
      doctors.set(payload.doctorId as string, payload as unknown as Doctor);
    }
    expect([...doctors.keys()].sort().map((id) => doctors.get(id))).toEqual(last.snapshot.doctors);
  }
});
