import { expect, test } from 'vitest';
import { memoryRuntime } from '../test/support/memoryRuntime.ts';
import { handleEvent } from './eventDoor.ts';
import { readHead } from './heads.ts';

const record = (detail: object) => ({ id: 'event-1', detailType: 'interaction.record', detail });
const good = { tenant: 't', ref: 'r', payload: { clientId: 'acme', kind: 'login' } };
const totals = async (runtime: ReturnType<typeof memoryRuntime>) =>
  (await readHead(runtime.table, 't', { kind: 'client', id: 'acme' }))?.state.totals;

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
])('an event with %s is reported once, without its content, and not tried again', async (_, detail, what) => {
  const runtime = memoryRuntime();
  await handleEvent(runtime, record(detail));
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
