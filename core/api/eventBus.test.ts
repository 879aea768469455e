import { expect, test } from 'vitest';
import { clientTopics } from '../../features/engagement/clientTopics.ts';
import { memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { readHead } from '../log/topicHead.ts';
import { toPrincipal } from '../principal.ts';
import { handleEvent } from './eventBus.ts';
import { handleAction } from './router.ts';

const record = (detail: object) => ({ id: 'event-1', detailType: 'interaction.record', detail });
const good = { tenant: 't', ref: 'r', payload: { clientId: 'acme', kind: 'login' } };
const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
const totals = async (runtime: ReturnType<typeof memoryRuntime>) =>
  (await readHead(runtime.table, 't', clientTopics.of('acme')))?.state.totals;

test('5.4: an event runs the action that its detail type names, once however often it is delivered', async () => {
  const runtime = memoryRuntime();
  await handleEvent(runtime, record(good));
  await handleEvent(runtime, { ...record(good), id: 'event-2' });
  expect(await totals(runtime)).toEqual({ login: 1 });
  expect(runtime.reports).toEqual([]);
});

test.each([
  ['no tenant', { ...good, tenant: undefined }, 'validation_failed (detail.tenant)'],
  ['no ref', { ...good, ref: undefined }, 'validation_failed (detail.ref)'],
  [
    'a wrong payload',
    { ...good, payload: { kind: 7, secret: 'words' } },
    'validation_failed (payload.clientId, payload.kind)',
  ],
  [
    'half a surrogate pair in its tenant',
    { ...good, tenant: 't\ud800' },
    'validation_failed (detail.tenant)',
  ],
  ['half a surrogate pair in its ref', { ...good, ref: 'r\ud800' }, 'bad_request'],
  [
    'half a surrogate pair in its payload',
    { ...good, payload: { ...good.payload, kind: '\ud800' } },
    'bad_request',
  ],
  ['a payload nested too deep', { ...good, payload: { ...good.payload, deep: nested(40) } }, 'bad_request'],
  [
    'a payload nested without end',
    { ...good, payload: { ...good.payload, deep: nested(200_000) } },
    'bad_request',
  ],
  [
    'a payload that is too large',
    { ...good, payload: { ...good.payload, more: 'x'.repeat(40_000) } },
    'payload_too_large',
  ],
])('an event with %s is reported once, without its content, and not tried again', async (_, detail, what) => {
  const runtime = memoryRuntime();
  await handleEvent(runtime, record(detail));
  expect(runtime.reports).toEqual([`an event of the bus: Error: an event was refused: ${what}`]);
});

test('a tenant of 256 Chinese letters is dropped with one report', async () => {
  const runtime = memoryRuntime();
  await handleEvent(runtime, record({ ...good, tenant: '租'.repeat(256) }));
  const what = 'validation_failed (detail.tenant)';
  expect(runtime.reports).toEqual([`an event of the bus: Error: an event was refused: ${what}`]);
});

test('an event of an action that is not there, or not for services, is reported and not tried again', async () => {
  const runtime = memoryRuntime();
  await handleEvent(runtime, { ...record(good), detailType: 'nothing.such' });
  await handleEvent(runtime, { ...record({ ...good, ref: 's', payload: {} }), detailType: 'stats' });
  expect(runtime.reports.map((line) => line.split(': ').at(-1))).toEqual(['unknown_action', 'forbidden']);
});

test('what may succeed later is thrown, so that it is tried again', async () => {
  const runtime = memoryRuntime();
  const broken = {
    ...runtime,
    table: { ...runtime.table, getTogether: () => Promise.reject(new Error('no database')) },
  };
  await expect(handleEvent(broken, record(good))).rejects.toThrow('could not be handled yet: internal');
  await handleEvent(runtime, record(good));
  expect(await totals(runtime)).toEqual({ login: 1 });
});

test('the bus has no rate limit', async () => {
  const runtime = memoryRuntime();
  for (let n = 0; n < 60; n++) await handleEvent(runtime, record({ ...good, ref: `r${n}` }));
  expect(await totals(runtime)).toEqual({ login: 60 });
});

/** The user whose `sub` is what the bus is called, asking by HTTP. */
const asNamesake = (
  runtime: ReturnType<typeof memoryRuntime>,
  action: string,
  payload: Record<string, unknown>,
  ref?: string,
) =>
  handleAction(runtime, principal(runtime, { userId: 'bus', roles: ['service', 'msp'] }), 'request', {
    action,
    payload,
    ...(ref !== undefined && { ref }),
  });
const events = (runtime: ReturnType<typeof memoryRuntime>) =>
  runtime.table.dump().flatMap(({ frame }) => (typeof frame === 'string' ? [JSON.parse(frame)] : []));

test('5.4: a user whose sub is bus shares no ref with the bus', async () => {
  const runtime = memoryRuntime();
  await asNamesake(runtime, 'engagement.get', { clientId: 'acme' });
  await asNamesake(runtime, 'interaction.record', { clientId: 'acme', kind: 'call' }, good.ref);
  await handleEvent(runtime, record(good));
  expect(await totals(runtime)).toEqual({ call: 1, login: 1 });
  const again = await asNamesake(runtime, 'interaction.record', { clientId: 'acme', kind: 'call' }, good.ref);
  expect(again.payload).toMatchObject({ total: 1, dup: true });
  expect(runtime.reports).toEqual([]);
});

test('5.4: what the bus was given is not the namesake’s to see, nor the other way round', async () => {
  const runtime = memoryRuntime();
  await asNamesake(runtime, 'notification.send', { userId: 'bus', kind: 'note', title: 'For the user' });
  await handleEvent(runtime, {
    ...record({ ...good, payload: { all: true } }),
    detailType: 'notification.read',
  });
  const input = { text: 'hello', to: 'es' };
  await handleEvent(runtime, {
    ...record({ ...good, ref: 'job', payload: { kind: 'translate', input } }),
    detailType: 'job.submit',
  });
  const jobId = runtime.table
    .dump()
    .find(({ sk }) => sk === 'JOB')
    ?.pk.split('#')[2];
  expect((await asNamesake(runtime, 'job.get', { jobId })).payload).toMatchObject({ code: 'not_found' });
  expect((await asNamesake(runtime, 'notification.list', {})).payload).toMatchObject({ unread: 1 });
  expect(runtime.reports).toEqual([]);
});

test('5.4: others see the bus as the user bus', async () => {
  const runtime = memoryRuntime();
  const to = { clientId: 'acme' };
  await handleEvent(runtime, {
    ...record({ ...good, payload: { to, severity: 'info', title: 'x' } }),
    detailType: 'alert.raise',
  });
  expect(events(runtime)).toMatchObject([{ from: 'bus', payload: { raisedBy: 'bus' } }]);
  const { alertId } = events(runtime)[0].payload;
  await handleEvent(runtime, {
    ...record({ ...good, ref: 'room', topic: 'room:lobby', payload: { body: 'hi' } }),
    detailType: 'room.send',
  });
  expect(events(runtime)).toContainEqual(expect.objectContaining({ type: 'room.message', from: 'bus' }));
  expect(alertId).toBeDefined();
});

test('no token and no frame can name who the bus is in the database', async () => {
  const runtime = memoryRuntime();
  await handleEvent(runtime, record(good));
  const ref =
    runtime.table
      .dump()
      .find(({ sk }) => sk === 'REF')
      ?.pk.split('#')[2] ?? '';
  const sub = decodeURIComponent(ref);
  const names = { tenant: 'tenant', roles: 'roles', clients: 'client_ids' };
  expect(toPrincipal({ sub, tenant: 't', roles: ['msp'], exp: 2000 }, { claims: names })).toEqual({
    refused: 401,
    check: 'user',
  });
  const sent = await asNamesake(runtime, 'message.send', { userId: sub, body: 'x' });
  expect(sent.payload).toMatchObject({ code: 'validation_failed' });
});
