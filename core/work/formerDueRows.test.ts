import { beforeEach, expect, test } from 'vitest';
import { jobWork } from '../../features/jobs/jobWork.ts';
import { jobKey } from '../../features/jobs/keys.ts';
import { type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { connect } from '../connections/connect.ts';
import { readConnection } from '../connections/connections.ts';
import { reap } from '../connections/reap.ts';
import { renew } from '../connections/renewal.ts';
import { keys } from '../keys.ts';
import { resumeWork, watchWrite } from './watch.ts';

const minuteMs = 60_000;
const { former } = keys;
let runtime: MemoryRuntime;
const rows = (prefix: string) => runtime.table.dump().filter(({ pk }) => pk.startsWith(prefix));
const thisMinute = () => Math.floor(runtime.clock.now() / minuteMs);
const progress = () => runtime.table.get(former.reaped());
/** By the next function: what one knows of former rows, it knows for itself. */
const nextReap = () => reap({ ...runtime, formerRowsOver: new Set() });

/** A connection as 0.1.0 opened it, and how far its search had come. */
async function openFormerly(connectionId: string, minutes: number): Promise<void> {
  runtime.sockets.open(connectionId);
  const expiresAt = runtime.clock.now() + minutes * minuteMs;
  await connect(runtime, connectionId, principal(runtime, { userId: connectionId, expiresAt }));
  const [row] = rows('EXPIRY#').filter((one) => one.connectionId === connectionId);
  if (!row) throw new Error('no expiry row');
  await runtime.table.write({ delete: { pk: row.pk, sk: row.sk } });
  const pk = former.expiryPartition(Math.floor(expiresAt / minuteMs));
  await runtime.table.write({ put: { ...row, pk, sk: connectionId } });
  await runtime.table.write({
    put: { ...former.reaped(), unfinished: thisMinute() - 2 },
    if: { is: 'absent' },
  });
}

beforeEach(() => {
  runtime = memoryRuntime();
});

test('connections that 0.1.0 opened end when their tokens do, and not before', async () => {
  await openFormerly('c1', 5.5);
  await runtime.clock.advance(5 * minuteMs);
  expect(await reap(runtime)).toBe(0);
  expect(rows('EXPIRY#')).toHaveLength(1);
  await runtime.clock.advance(minuteMs);
  expect(await reap(runtime)).toBe(1);
  expect(rows('EXPIRY#')).toEqual([]);
  expect(runtime.sockets.opened()).toEqual([]);
});

test('they are ended however late the reaper comes, and those that failed by the next run', async () => {
  for (const id of ['c1', 'c2']) await openFormerly(id, 5);
  await openFormerly('c3', 70);
  await runtime.clock.advance(10 * 60 * minuteMs);
  const { sockets } = runtime;
  const close = (id: string) => (id === 'c1' ? Promise.reject(new Error('no network')) : sockets.close(id));
  expect(await reap({ ...runtime, sockets: { ...sockets, close } })).toBe(2);
  expect(await nextReap()).toBe(1);
});

test('they are looked for until none can be left, which the next function finds stored', async () => {
  await openFormerly('c1', 120);
  for (let minute = 0; minute < 190; minute++) {
    await nextReap();
    if (minute < 180) expect(await progress(), String(minute)).toBeDefined();
    await runtime.clock.advance(minuteMs);
  }
  expect(await progress()).toBeUndefined();
  expect(runtime.sockets.opened()).toEqual([]);
});

test('who went back to 0.1.0 and comes again finds what that has left meanwhile', async () => {
  await openFormerly('c1', 5);
  await nextReap();
  await runtime.clock.advance(200 * minuteMs);
  await nextReap();
  expect(await progress()).toBeUndefined();
  await openFormerly('c2', 120);
  await runtime.clock.advance(121 * minuteMs);
  expect(await nextReap()).toBe(1);
});

test('a connection that was renewed since is left to its new row', async () => {
  await openFormerly('c1', 5);
  const seconds = runtime.clock.now() / 1000;
  const claims = { sub: 'c1', tenant: 't', roles: ['msp'], iat: seconds, exp: seconds + 600 };
  const token = runtime.tokens.issue(claims);
  const connection = await readConnection(runtime.table, 'c1');
  if (!connection) throw new Error('no connection');
  await renew(runtime, connection, token);
  await runtime.clock.advance(6 * minuteMs);
  expect(await reap(runtime)).toBe(0);
  expect(rows('EXPIRY#').map(({ pk }) => pk)).toEqual([keys.expiry(0, 'c1').pk]);
  await runtime.clock.advance(5 * minuteMs);
  expect(await reap(runtime)).toBe(1);
});

test('a minute without anything of 0.1.0 is asked for once in a function', async () => {
  let reads = 0;
  const table: typeof runtime.table = {
    ...runtime.table,
    get(key) {
      reads += 1;
      return runtime.table.get(key);
    },
  };
  for (let run = 0; run < 3; run++) await reap({ ...runtime, table });
  expect(reads).toBe(1);
});

/** A job that 0.1.0 accepted, with the look at it. */
async function acceptFormerly(): Promise<void> {
  await runtime.table.write({ put: { ...jobKey('t', 'j'), status: 'queued' } });
  const write = watchWrite(jobWork([]), { tenant: 't', id: 'j' }, runtime.clock.now());
  if (!('put' in write)) throw new Error('no look');
  const pk = former.watchPartition(Math.floor(Number(write.put.at) / minuteMs));
  await runtime.table.write({ put: { ...write.put, pk, sk: 'job#t#j' } });
  await runtime.table.write({ put: { ...former.resumed(), unfinished: thisMinute() - 2 } });
}

test('work that 0.1.0 accepted is sent again where it stands still, at its time', async () => {
  await runtime.clock.advance(30_000);
  await acceptFormerly();
  await runtime.clock.advance(90_000);
  expect(await resumeWork(runtime)).toBe(0);
  await runtime.clock.advance(minuteMs);
  expect(await resumeWork(runtime)).toBe(1);
  expect(rows('WATCH#')).toHaveLength(1);
  expect(runtime.work.job.waiting()).toHaveLength(1);
});

test('it is found by a clock that went back behind what was looked at', async () => {
  await acceptFormerly();
  await runtime.table.write({ put: { ...former.resumed(), unfinished: thisMinute() + 30 * 24 * 60 } });
  await runtime.clock.advance(2 * minuteMs);
  expect(await resumeWork(runtime)).toBe(1);
});
