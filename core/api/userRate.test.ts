import { expect, test } from 'vitest';
import { type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { times } from '../../test/support/numbers.ts';
import { connect } from '../connections/connect.ts';
import { keys } from '../keys.ts';
import { headCache } from '../log/headCache.ts';
import type { Write } from '../ports.ts';
import { handleHttp } from './http.ts';
import { rateLimiter } from './rateLimit.ts';
import { handleFrame } from './router.ts';

const limits = { perSecond: 20, burst: 40 };
const get = { action: 'engagement.get', payload: { clientId: 'acme' } };
const user = { tenant: 't', userId: 'ann' };

/** One stage with so many environments, each with a memory of its own; what they write is counted. */
function stage(environments: number, { isNew = false } = {}) {
  const runtime = memoryRuntime();
  const writes: string[] = [];
  const note = (one: Write) => writes.push('update' in one ? one.update.pk : 'another row');
  const table: MemoryRuntime['table'] = {
    ...runtime.table,
    write(write) {
      note(write);
      return runtime.table.write(write);
    },
    transact(all, token) {
      for (const write of all) note(write);
      return runtime.table.transact(all, token);
    },
  };
  const shared = { ...runtime, table };
  const all = Array.from({ length: environments }, () => ({
    ...shared,
    headCache: headCache(),
    rates: rateLimiter({ ...limits, isNew }),
  }));
  return { runtime: shared, all, writes };
}

const open = async (runtime: MemoryRuntime, connectionId: string, userId = 'ann') => {
  runtime.sockets.open(connectionId);
  return connect(runtime, connectionId, principal(runtime, { userId }));
};
const send = async (runtime: MemoryRuntime, connectionId: string, frame: object = get, known = true) => {
  const body = JSON.stringify(frame);
  const incoming = { connectionId, requestId: 'r', body, ...(known && { user }) };
  const { type, payload } = await handleFrame(runtime, incoming);
  return type === 'error' ? (payload as { code: string }).code : type;
};
/** Sends 150 frames at once. An environment has one request at a time, so each has its share of them one by one. */
async function flood(all: readonly MemoryRuntime[]): Promise<number> {
  let left = 150;
  let refused = 0;
  const serve = async (environment: MemoryRuntime) => {
    while (left-- > 0) if (isRefused(await send(environment, 'c1'))) refused++;
  };
  await Promise.all(all.map(serve));
  return refused;
}
const isRefused = (answer: string) => answer === 'rate_limited';

test('6: of 150 frames at once on one connection at least 20 are refused, by up to 50 environments', async () => {
  for (const environments of [1, 2, 3, 5, 8, 13, 20, 30, 40, 50]) {
    const { runtime, all } = stage(environments);
    await open(runtime, 'c1');
    const refused = await flood(all);
    expect(refused, `${environments} environments`).toBeGreaterThanOrEqual(20);
    expect(refused, `${environments} environments`).toBeLessThanOrEqual(110);
  }
});

test('6: the same by any number of environments that were started for them', async () => {
  for (const environments of [60, 150, times(400, 1000)]) {
    const { runtime, all } = stage(environments, { isNew: true });
    await open(runtime, 'c1');
    expect(await flood(all), `${environments} environments`).toBeGreaterThanOrEqual(20);
  }
});

test.each([1, 4, 16])('a user who asks without end gets about 20 a second of %i environments', async (k) => {
  const { runtime, all } = stage(k);
  await open(runtime, 'c1');
  let passed = 0;
  const seconds = 20;
  for (let step = 0; step < seconds * 100; step++) {
    if (!isRefused(await send(all[step % k] as MemoryRuntime, 'c1'))) passed++;
    await runtime.clock.advance(10);
  }
  expect(passed / seconds).toBeGreaterThan(15);
  expect(passed / seconds).toBeLessThan(20 + 40 / seconds + 2 * k);
});

test('what an action refuses counts too, however many environments there are', async () => {
  const { runtime, all } = stage(16);
  await open(runtime, 'c1');
  const unknown = { action: 'job.get', payload: { jobId: 'none' } };
  let judged = 0;
  for (let ms = 0; ms < 10_000; ms += 10) {
    const answer = await send(all[(ms / 10) % 16] as MemoryRuntime, 'c1', unknown);
    if (!isRefused(answer)) judged++;
    await runtime.clock.advance(10);
  }
  expect(judged).toBeLessThan(10 * 35);
});

test('a socket opened anew after every 40 frames, or ten at once, get no more than one', async () => {
  const { runtime, all } = stage(1);
  const [only] = all as [MemoryRuntime];
  const answers: string[] = [];
  for (let n = 0; n < 5; n++) {
    await open(runtime, `c${n}`);
    for (let frame = 0; frame < 40; frame++) answers.push(await send(only, `c${n}`, get, n % 2 === 0));
  }
  expect(answers.filter((answer) => !isRefused(answer))).toHaveLength(40);
});

test('one user’s flood takes nothing from another', async () => {
  const { runtime, all } = stage(2);
  await open(runtime, 'c1');
  await open(runtime, 'c2', 'ben');
  for (let n = 0; n < 100; n++) await send(all[n % 2] as MemoryRuntime, 'c1');
  const body = JSON.stringify(get);
  for (let n = 0; n < 30; n++) {
    const frame = { connectionId: 'c2', requestId: 'r', body, user: { tenant: 't', userId: 'ben' } };
    expect((await handleFrame(all[n % 2] as MemoryRuntime, frame)).type).toBe('ack');
  }
});

test('a user who asks for one thing a second costs no write, and who is busy one in three', async () => {
  const { runtime, all, writes } = stage(1);
  const [only] = all as [MemoryRuntime];
  await open(runtime, 'c1');
  writes.length = 0;
  for (let n = 0; n < 30; n++) {
    expect(await send(only, 'c1')).toBe('ack');
    await runtime.clock.advance(1000);
  }
  expect(writes).toEqual([]);
  for (let n = 0; n < 30; n++) await send(only, 'c1');
  expect(new Set(writes)).toEqual(new Set(['RATE#t#ann']));
  expect(writes.length).toBeLessThanOrEqual(11);
});

test('6: a frame that is refused for its size, shape or rights costs no write, also of who is busy', async () => {
  const { runtime, all, writes } = stage(2, { isNew: true });
  await open(runtime, 'c1');
  for (let n = 0; n < 10; n++) await send(all[n % 2] as MemoryRuntime, 'c1');
  await runtime.clock.advance(2000);
  for (let n = 0; n < 4; n++) await send(all[n % 2] as MemoryRuntime, 'c1');
  writes.length = 0;
  const refusals = [
    { action: 'nothing.such' },
    { ...get, payload: {} },
    { ...get, payload: { clientId: 'acme', more: 'x'.repeat(33_000) } },
    { action: 'user.revoke', payload: { userId: 'ann' } },
    { action: 'subscribe', topic: 'conversation:abc' },
  ];
  for (const frame of refusals) {
    for (let n = 0; n < 5; n++) expect(await send(all[n % 2] as MemoryRuntime, 'c1', frame)).not.toBe('ack');
  }
  expect(writes).toEqual([]);
});

test('who goes on for a minute while refused costs no write for what is refused', async () => {
  const { runtime, all, writes } = stage(4);
  await open(runtime, 'c1');
  writes.length = 0;
  let refused = 0;
  let writtenForRefused = 0;
  for (let step = 0; step < 6000; step++) {
    const before = writes.length;
    if (isRefused(await send(all[step % 4] as MemoryRuntime, 'c1'))) {
      refused++;
      writtenForRefused += writes.length - before;
    }
    await runtime.clock.advance(10);
  }
  expect(refused).toBeGreaterThan(4000);
  expect(writtenForRefused).toBe(0);
  expect(writes.length).toBeLessThan(60 * 10);
});

test('HTTP, the statistics and tickets take from the same rate as the socket', async () => {
  const { runtime, all } = stage(1);
  const [only] = all as [MemoryRuntime];
  await open(runtime, 'c1');
  const seconds = runtime.clock.now() / 1000;
  const claims = { sub: 'ann', tenant: 't', roles: ['msp'], iat: seconds, exp: seconds + 3600 };
  const authorization = `Bearer ${runtime.tokens.issue(claims)}`;
  const http = async (method: string, path: string) => {
    const action = path === '/actions/stats' ? 'stats' : undefined;
    return handleHttp(only, { method, path, action, authorization, body: '', requestId: 'r' });
  };
  for (let n = 0; n < 10; n++) {
    expect(await send(only, 'c1')).toBe('ack');
    expect((await http('GET', '/stats')).status).toBe(200);
    expect((await http('POST', '/actions/stats')).status).toBe(200);
    expect((await http('POST', '/tickets')).status).toBe(201);
  }
  expect(await send(only, 'c1')).toBe('rate_limited');
  for (const [method, path] of [
    ['GET', '/stats'],
    ['POST', '/actions/stats'],
    ['POST', '/tickets'],
  ] as const) {
    const { status, answer } = await http(method, path);
    expect([status, answer], path).toMatchObject([
      429,
      { payload: { code: 'rate_limited', retryAfterMs: 50 } },
    ]);
  }
});

test('what was sent at once and waited for its turn is counted as sent at once', async () => {
  const { runtime, all } = stage(3);
  await open(runtime, 'c1');
  const receivedAt = runtime.clock.now();
  const answers: string[] = [];
  for (let n = 0; n < 150; n++) {
    const frame = { connectionId: 'c1', requestId: 'r', body: JSON.stringify(get), user, receivedAt };
    answers.push((await handleFrame(all[n % 3] as MemoryRuntime, frame)).type);
    await runtime.clock.advance(100);
  }
  const passed = answers.filter((type) => type === 'ack').length;
  expect(passed).toBeGreaterThanOrEqual(40);
  expect(passed).toBeLessThanOrEqual(50);
});

test('a request whose function was slow to start is not refused for those that came after it', async () => {
  const { runtime, all } = stage(2, { isNew: true });
  await open(runtime, 'c1');
  const receivedAt = runtime.clock.now();
  await runtime.clock.advance(3000);
  expect(await send(all[0] as MemoryRuntime, 'c1', get)).toBe('ack');
  const frame = { connectionId: 'c1', requestId: 'r', body: JSON.stringify(get), user, receivedAt };
  expect((await handleFrame(all[1] as MemoryRuntime, frame)).type).toBe('ack');
});

/** Two environments that both saw room for one more, of which the other one was faster. */
async function race(frame: object) {
  const { runtime, all, writes } = stage(1, { isNew: true });
  const [only] = all as [MemoryRuntime];
  await open(runtime, 'c1');
  const key = keys.rate('t', 'ann');
  const full = runtime.clock.now() + 2000;
  const table: MemoryRuntime['table'] = {
    ...only.table,
    async get(one) {
      const row = await only.table.get(one);
      if (one.pk === key.pk) await runtime.table.write({ put: { ...key, fullAt: full } });
      return row;
    },
  };
  writes.length = 0;
  const answer = await send({ ...only, table }, 'c1', frame);
  const row = await runtime.table.get(key);
  return { answer, moreMs: (row?.fullAt as number) - full };
}

test('who finds out too late that there was no room is refused, unless something was written: that counts', async () => {
  expect(await race(get)).toEqual({ answer: 'rate_limited', moreMs: 0 });
  const record = { action: 'interaction.record', ref: 'r', payload: { clientId: 'acme', kind: 'call' } };
  expect(await race(record)).toEqual({ answer: 'ack', moreMs: 50 });
});

test('a count that cannot be written refuses nobody', async () => {
  const { runtime, all } = stage(1, { isNew: true });
  const [only] = all as [MemoryRuntime];
  await open(runtime, 'c1');
  const table = { ...only.table, write: () => Promise.reject(new Error('no database')) };
  expect(await send({ ...only, table }, 'c1')).toBe('ack');
  expect(runtime.reports).toEqual(['counting what a user asks for: Error: no database']);
});
