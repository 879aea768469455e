import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startClient } from '../../test/startClient.ts';
import { createVirtualClock, type TestServer } from '../../testing/index.ts';
import { pagedSync } from './pagedSync.ts';
import { createSequencer } from './sequencer.ts';

const name = 'queue:2030-01-01';
const ids = (count: number) => Array.from({ length: count }, (_, n) => `dr${n}`);

interface Day {
  readonly date: string;
  readonly doctors: readonly { readonly doctorId: string; readonly appointments: readonly unknown[] }[];
}

/** One appointment more of a doctor. */
function book(server: TestServer, doctorId: string, isLost = false) {
  const topic = server.topic(name);
  const { date, doctors } = topic.snapshot as Day;
  const before = doctors.find((doctor) => doctor.doctorId === doctorId)?.appointments ?? [];
  const after = { doctorId, appointments: [...before, {}] };
  const others = doctors.filter((doctor) => doctor.doctorId !== doctorId);
  topic.snapshot = {
    date,
    doctors: [...others, after].sort((a, b) => (a.doctorId < b.doctorId ? -1 : 1)),
  };
  if (isLost) server.commit(name, 'queue.updated', after);
  else server.publish(name, 'queue.updated', after);
}

const counts = (day: unknown) =>
  Object.fromEntries(
    (day as Day).doctors.map(({ doctorId, appointments }) => [doctorId, appointments.length]),
  );

/** Somebody who follows a day of seven doctors, three on a page, of whom `between` is called before each page is read. */
function following(between: (page: number) => void = () => {}) {
  const { server, client } = startClient({}, { maxEvents: 3 });
  server.topic(name).snapshot = { date: '2030-01-01', doctors: [] };
  for (const id of ids(7)) book(server, id);
  let page = 0;
  server.respond('subscribe', (_, __, usual) => {
    between(page++);
    return usual();
  });
  const topic = client.topic('queue', '2030-01-01');
  const seen: (number | undefined)[] = [];
  const states: { counts: object; seq: number | undefined }[] = [];
  const resets: unknown[] = [];
  topic.on('*', ({ seq }) => seen.push(seq));
  topic.on('snapshot', (day) => states.push({ counts: counts(day), seq: topic.position?.seq }));
  topic.on('reset', (reset) => resets.push(reset));
  const truth = () => ({
    counts: counts(server.topic(name).snapshot),
    seq: server.topic(name).events.length,
  });
  return { server, client, topic, seen, states, resets, truth };
}

test('a long day is read page by page, and is one snapshot', async () => {
  const { server, topic, states, truth } = following();
  await server.advance(0);
  expect(states).toEqual([truth()]);
  expect(topic.snapshot).toEqual(server.topic(name).snapshot);
  expect(server.asked('subscribe').map(({ payload }) => payload?.cursor)).toEqual(['dr2', 'dr5']);
});

test('what happens while the pages are read is in the snapshot, which is of one moment', async () => {
  const { server, states, seen, truth } = following((page) => {
    if (page === 0) for (const id of ['dr0', 'dr6', 'new', 'dr6']) book(server, id);
    if (page === 1) book(server, 'dr1', true);
  });
  await server.advance(0);
  expect(states).toEqual([truth()]);
  expect(seen).toEqual([]);
  book(server, 'dr0');
  await server.advance(0);
  expect(seen).toEqual([13]);
  expect(counts(server.topic(name).snapshot)).toMatchObject({ dr0: 3, dr1: 2, dr6: 3, new: 1 });
});

test('nobody sees half a day, whatever happens while it is read', async () => {
  const booking = fc.tuple(fc.constantFrom(...ids(9)), fc.boolean());
  const meanwhile = fc.array(fc.array(booking, { maxLength: 6 }), { maxLength: 6 });
  const dropAt = fc.option(fc.nat(5));
  const delays = fc.array(fc.constantFrom(0, 10, 900), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(meanwhile, dropAt, delays, async (steps, drop, late) => {
      const { server, client, topic, seen, states, resets, truth } = following((page) => {
        for (const [id, isLost] of steps[page] ?? []) book(server, id, isLost);
        if (page === drop) server.drop();
      });
      server.interfere(({ seq }) => [late[seq % late.length] ?? 0]);
      await server.advance(100_000);
      const [first] = states;
      expect(states).toHaveLength(1);
      expect(resets).toEqual([]);
      expect({ counts: counts(topic.snapshot), seq: topic.position?.seq }).toEqual(truth());
      const from = (first?.seq ?? 0) + 1;
      expect(seen).toEqual(Array.from({ length: truth().seq - from + 1 }, (_, n) => from + n));
      client.close();
    }),
  );
});

test('a long day whose log no longer reaches back is one reset', async () => {
  const { server, states, resets, seen, truth } = following();
  await server.advance(0);
  server.drop();
  for (const id of ['dr0', 'dr5']) book(server, id);
  server.topic(name).expired = 8;
  await server.advance(1_000);
  expect(resets).toHaveLength(1);
  expect(states).toHaveLength(2);
  expect(states[1]).toEqual(truth());
  expect(seen).toEqual([]);
});

test('pages of a day that was begun anew in between are not joined', async () => {
  const { server, states, truth } = following((page) => {
    if (page !== 1) return;
    server.recreate(name);
    server.topic(name).snapshot = { date: '2030-01-01', doctors: [] };
    book(server, 'dr9');
  });
  await server.advance(0);
  expect(states).toEqual([truth()]);
});

test('an answer to what was asked before the pages were begun anew does not stand in for them', () => {
  const sequencer = createSequencer({ clock: createVirtualClock(), deliver: () => {}, repair: () => {} });
  const jumps: unknown[] = [];
  const place = pagedSync(sequencer, (_, { seq }, snapshot) => jumps.push([seq, snapshot]));
  const page = (seq: number, list: readonly number[], cursor?: string) => ({
    ...{ epoch: 'e', seq, recovered: false },
    snapshot: { list, ...(cursor !== undefined && { cursor }) },
  });
  place.apply(page(1, [1], 'a'), {});
  place.apply(page(2, [2]), { cursor: 'a' });
  const asked = place.request();
  expect(asked).toEqual({ since: { epoch: 'e', seq: 1 } });
  place.apply(page(9, [1], 'a'), {});
  expect(place.apply({ epoch: 'e', seq: 2, recovered: true, events: [] }, asked)).toBe(true);
  expect(place.apply(page(9, [2]), place.request())).toBe(false);
  expect(jumps).toEqual([[9, { list: [1, 2] }]]);
});
