import { expect, test } from 'vitest';
import { handleAction } from '../core/api/router.ts';
import { issueTicket } from '../core/api/tickets.ts';
import { readConnection } from '../core/connections/connections.ts';
import { endConnection } from '../core/connections/endConnection.ts';
import { leavingWrites } from '../core/connections/leavers.ts';
import { expectUnits } from '../core/delivery/completions.ts';
import { type DeliveryWork, deliverWork } from '../core/delivery/deliverWork.ts';
import { enterWindow } from '../core/delivery/windows/batchWindow.ts';
import { userFeed } from '../core/feeds.ts';
import { engineKinds, keys, rowsOfFeatures } from '../core/keys.ts';
import { waitInLine } from '../core/log/waiting.ts';
import { type DataOf, followedKinds, kindOfRow, ownerAttributes, ownerOf } from '../core/owner.ts';
import type { Key, Row } from '../core/ports.ts';
import { transact } from '../core/transact.ts';
import type { WorkMessage } from '../core/work/watch.ts';
import type { Model } from '../features/assistant/model.ts';
import { runStream } from '../features/assistant/runStream.ts';
import { phraseBook } from '../features/jobs/adapters/phraseBook.ts';
import { runJob } from '../features/jobs/runJob.ts';
import { eraseRows, revocationKeptMs } from '../scripts/erasing/eraseRows.ts';
import { counted, everyAction } from './support/everyAction.ts';
import { impatient, type MemoryRuntime, memoryRuntime, principal } from './support/memoryRuntime.ts';

/** A name in which the other's is: a prefix of a key is not to be enough. */
const [tenant, other] = ['t', 't2'];

/** All that two people of a tenant can leave in the table, and then some. */
async function everyRow(memory: MemoryRuntime, of: string): Promise<void> {
  await everyAction(await counted({ tenant: of, memory }));
  const runtime = impatient(memory);
  const ann = principal(memory, { tenant: of, userId: 'ann', roles: ['msp', 'admin'] });
  const ask = (action: string, payload: object) =>
    handleAction(runtime, ann, 'request', { action, ref: runtime.random.id(), payload: { ...payload } });
  const toCarla = { to: { userId: 'carla' }, severity: 'info', title: 'secret', dedupeKey: 'once' };
  await ask('alert.raise', toCarla);
  await ask('alert.raise', { ...toCarla, to: { userId: 'ann' } });
  await ask('assistant.ask', { text: 'secret' });
  // Who asks for much is counted in a row.
  await Promise.allSettled(Array.from({ length: 60 }, () => ask('stats', {})));
  await issueTicket(memory, ann);
  await expectUnits(memory, { id: `fan-out-${of}`, connectionId: 'c' }, 1, { delivered: 0, gone: 0 });
  const model: Model = {
    async *stream() {
      yield 'so';
    },
  };
  for (const { body, done } of memory.work.stream.receive()) {
    await runStream({ ...runtime, model }, body as unknown as WorkMessage);
    done();
  }
  const [job] = memory.work.job.receive();
  await runJob({ ...runtime, translator: phraseBook() }, job?.body as unknown as WorkMessage);
  await endConnection(memory, `too-early-${of}`, { socket: 'gone' });
  for (const { body, done } of memory.queue.receive()) {
    await deliverWork(runtime, body as unknown as DeliveryWork);
    done();
  }
  await ask('assistant.ask', { text: 'secret' });
  // How far 0.1.0 had looked.
  await memory.table.write({ put: { ...keys.former.reaped(), unfinished: 0 } });
  // An environment that died has left its place in line.
  const waiting = { action: 'message.send', payload: { userId: 'bob', body: 'secret'.repeat(200) } };
  await waitInLine(
    memory,
    userFeed('bob'),
    { principal: ann, ref: 'r', askedAs: 'r', hash: 'h', ...waiting },
    0,
  );
  const own = { epoch: 'e', from: 1 };
  for (const topic of [userFeed('carla'), { kind: 'orders', id: '*' }]) {
    await enterWindow(memory, keys.batchWindow(of, topic), {
      ...{ own, lengthMs: 80, reach: 1 },
      ...{ mayOpen: () => true, found: undefined, isCurrent: true },
    });
  }
  const carla = principal(memory, { tenant: of, userId: 'carla' });
  const leaver = { principal: carla, connectionId: 'c', batch: true };
  const notes = leavingWrites(
    { ...leaver, topics: [{ kind: 'orders', id: 'acme' }] },
    [{ kind: 'orders', id: '*' }],
    memory.clock.now(),
  );
  await transact(memory, notes);
}

/** The table of two tenants, and the rows of the one who is to lose none. */
async function twoTenants(): Promise<{ memory: MemoryRuntime; before: readonly Row[] }> {
  const [memory, apart] = [memoryRuntime(), memoryRuntime()];
  await everyRow(memory, tenant);
  await everyRow(apart, other);
  const before = apart.table.dump();
  memory.table.restore([...memory.table.dump(), ...before]);
  return { memory, before };
}

interface Erasing {
  /** How many rows can be deleted before it is broken off. */
  readonly breaksAfter?: number;
}

/** Erases as the command does, of which rows only their keys and some attributes are seen. */
async function erase(
  memory: MemoryRuntime,
  of: DataOf,
  { breaksAfter = Number.POSITIVE_INFINITY }: Erasing = {},
) {
  const shown = new Set(['pk', 'sk', ...ownerAttributes()]);
  async function* rows() {
    for (const row of memory.table.dump())
      yield Object.fromEntries(Object.entries(row).filter(([name]) => shown.has(name))) as Row;
  }
  let deleted = 0;
  return eraseRows({
    rows: rows(),
    ownerOf: ownerOf(memory.app, of),
    followed: followedKinds(memory.app),
    now: memory.clock.now(),
    async remove(these: readonly Key[]) {
      for (const key of these) {
        if (++deleted > breaksAfter) throw new Error('broken off');
        await memory.table.write({ delete: key });
      }
    },
  });
}

const named = (rows: readonly Key[]) => rows.map(({ pk, sk }) => `${pk} / ${sk}`);
/** By another way than the rules': whatever has a name as a part of its key, or as whom it is of. */
const about = (rows: readonly Row[], name: string) =>
  named(
    rows.filter(({ pk, sk, userId, principal: who }) => {
      const ticketOf = (who as { readonly userId?: string } | undefined)?.userId;
      return [...`${pk}#${sk}`.split(/[#:]/), userId, ticketOf].includes(name);
    }),
  );

test('what everybody can do leaves rows of all kinds, so that none goes without a rule here', async () => {
  const { memory } = await twoTenants();
  const kinds = [...new Set(memory.table.dump().map(kindOfRow))];
  expect(kinds.toSorted()).toEqual([...engineKinds, ...rowsOfFeatures.keys()].toSorted());
});

test('of a tenant nothing is left, and of another, whose name begins alike, nothing is gone', async () => {
  const { memory, before } = await twoTenants();
  const { unknown, kept } = await erase(memory, { tenant });
  expect({ unknown, kept }).toEqual({ unknown: {}, kept: {} });
  const left = memory.table.dump();
  const ofNobody = [keys.fanOut(`fan-out-${tenant}`), keys.connection(`too-early-${tenant}`)];
  expect(named(left).toSorted()).toEqual([...named(before), ...named(ofNobody)].toSorted());
});

test.each(['ann', 'carla'])('of %s nothing is left, and of others nothing is gone', async (userId) => {
  const { memory, before } = await twoTenants();
  const all = memory.table.dump();
  const { rows, unknown } = await erase(memory, { tenant, userId });
  expect(unknown).toEqual({});
  const left = memory.table.dump();
  const ours = (some: readonly Row[]) => some.filter((row) => !named(before).includes(named([row])[0] ?? ''));
  expect(about(ours(all), userId).length).toBeGreaterThan(5);
  const revocation = keys.revoked(tenant, 'carla');
  expect(about(ours(left), userId)).toEqual(userId === 'carla' ? named([revocation]) : []);
  expect(all.length - left.length).toBe(Object.values(rows).reduce((sum, count) => sum + count, 0));
  expect(named(left)).toEqual(expect.arrayContaining(named(before)));
  const another = userId === 'ann' ? 'carla' : 'ann';
  const shared = about(all, another).filter((name) => !about(all, userId).includes(name));
  expect(named(left)).toEqual(expect.arrayContaining(shared));
});

test('what is kept under another name goes with its user: conversations, work, its due looks, alerts', async () => {
  const { memory } = await twoTenants();
  const { rows } = await erase(memory, { tenant, userId: 'ann' });
  expect(rows).toMatchObject({ JOB: 2, STREAM: 3, ASKING: 1, WATCH: 5, ALERT: 1, TICKET: 1 });
  // Her token was renewed.
  expect(rows).toMatchObject({ EXPIRY: 2 });
  const left = named(memory.table.dump()).filter((name) => name.split('#')[1] === tenant);
  expect(left.filter((name) => /conversation/.test(name))).toEqual([]);
  expect(left.filter((name) => /^(HEAD|LOG)#\w+#(client|room:lobby)\b/.test(name)).length).toBeGreaterThan(1);
});

test('a revocation stays for a day, so that tokens stay void, and then goes', async () => {
  const { memory } = await twoTenants();
  const carla = { tenant, userId: 'carla' };
  expect((await erase(memory, carla)).kept).toEqual({ USER: 1 });
  await memory.clock.advance(revocationKeptMs + 60_000);
  expect(await erase(memory, carla)).toEqual({ rows: { USER: 1 }, kept: {}, unknown: {} });
});

test('broken off anywhere, it does the rest when it is repeated', async () => {
  const { memory } = await twoTenants();
  const start = memory.table.dump();
  await erase(memory, { tenant, userId: 'ann' });
  const end = named(memory.table.dump());
  const steps = start.length - end.length;
  expect(steps).toBeGreaterThan(30);
  for (let breaksAfter = 0; breaksAfter < steps; breaksAfter++) {
    memory.table.restore(start);
    await expect(erase(memory, { tenant, userId: 'ann' }, { breaksAfter })).rejects.toThrow('broken off');
    await erase(memory, { tenant, userId: 'ann' });
    expect(named(memory.table.dump())).toEqual(end);
  }
});

test('a row that no rule knows is told of and left alone, and so is one of a feature that is not here', async () => {
  const { memory } = await twoTenants();
  const strange = ['TORN#%', 'lower', 'CAPITALS', `GONE#${tenant}#ann`];
  for (const pk of strange) await memory.table.write({ put: { pk, sk: 's' } });
  const { unknown } = await erase(memory, { tenant, userId: 'ann' });
  expect(unknown).toEqual({ TORN: 1, lower: 1, CAPITALS: 1, GONE: 1 });
  const ofTenant = await erase(memory, { tenant });
  expect(ofTenant).toMatchObject({ rows: { GONE: 1 }, unknown: { TORN: 1, lower: 1, CAPITALS: 1 } });
});

test('whose connection is erased is refused with its next frame', async () => {
  const memory = memoryRuntime();
  const { connectAs } = await counted({ memory });
  const ann = await connectAs('ann', 'other');
  await erase(memory, { tenant });
  expect(await readConnection(memory.table, 't-other')).toBeUndefined();
  expect(await ann.ask('r', { action: 'stats' })).toMatchObject({ payload: { code: 'unauthenticated' } });
});
