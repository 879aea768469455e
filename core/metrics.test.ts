import { expect, test } from 'vitest';
import { features } from '../features/index.ts';
import { memoryRuntime } from '../test/support/memoryRuntime.ts';
import { peopleOf } from '../test/support/peopleOf.ts';
import { handleHttp } from './api/http.ts';
import { handleFrame } from './api/router.ts';
import { metrics as rules } from './metrics.ts';

const login = { payload: { clientId: 'acme', kind: 'login' } };

/** Staff who follow a client, and one of its users. */
async function two() {
  const { runtime, connect, deliver } = peopleOf(features);
  const eve = await connect({ userId: 'eve', roles: ['msp'] });
  const ada = await connect({ userId: 'ada', roles: ['client'], clients: ['acme'] });
  await eve.subscribe('client:acme');
  return { runtime, eve, ada, deliver };
}

test('connections are counted, requests by the action, and those that are refused by the code', async () => {
  const { runtime, ada } = await two();
  await ada.ask('interaction.record', login);
  await ada.ask('user.revoke', { payload: { userId: 'eve' } });
  const { metrics } = runtime;
  expect(metrics.of('Connects')).toEqual([1, 1]);
  expect(metrics.of('Requests')).toEqual([1, 1, 1]);
  expect(metrics.of('Requests', 'interaction.record')).toEqual([1]);
  expect(metrics.of('Requests', 'user.revoke')).toEqual([1]);
  expect(metrics.of('RefusedRequests')).toEqual([1]);
  expect(metrics.of('RefusedRequests', 'forbidden')).toEqual([1]);
});

test('a call of the HTTP API is one request, of the action that it names', async () => {
  const runtime = memoryRuntime();
  const request = { method: 'POST', path: '/actions/message.send', action: 'message.send', requestId: 'r' };
  await handleHttp(runtime, { ...request, body: '{}' });
  expect(runtime.metrics.of('Requests')).toEqual([1]);
  expect(runtime.metrics.of('RefusedRequests')).toEqual([1]);
  await handleHttp(runtime, { method: 'GET', path: '/stats', requestId: 'r', body: '' });
  await handleHttp(runtime, { method: 'POST', path: '/tickets', requestId: 'r', body: '' });
  for (const action of ['message.send', 'stats', 'ticket'])
    expect(runtime.metrics.of('Requests', action), action).toEqual([1]);
});

test('what names no action of the app is one part of the requests, however many names there are', async () => {
  const runtime = memoryRuntime();
  const sent = ['{"action":"a"}', '{"action":"constructor"}', '{"action":7}', 'no JSON'];
  for (const body of sent) await handleFrame(runtime, { connectionId: 'c', requestId: 'r', body });
  expect(runtime.metrics.of('Requests', 'unknown')).toEqual([1, 1, 1, 1]);
});

test('a try to commit that meets another change is counted, and so is the next', async () => {
  const { runtime, ada } = await two();
  const { transact } = runtime.table;
  let isFirst = true;
  Object.assign(runtime.table, {
    transact: (...parts: Parameters<typeof transact>) => {
      if (!isFirst) return transact(...parts);
      isFirst = false;
      return Promise.resolve({ outcome: 'conflict' });
    },
  });
  const asked = ada.ask('interaction.record', login);
  await runtime.clock.advance(1_000);
  expect(await asked).toMatchObject({ seq: 1 });
  expect(runtime.metrics.of('CommitTries')).toEqual([1, 1]);
  expect(runtime.metrics.of('CommitConflicts')).toEqual([1]);
});

test('of an audience: whom it was to reach, whom it reached, who was gone or too slow, and how long it took', async () => {
  const { runtime, eve, ada, deliver } = await two();
  const { metrics, sockets } = runtime;
  sockets.script(eve.connectionId, 'behind');
  await ada.ask('interaction.record', login);
  expect(metrics.of('Recipients')).toEqual([2]);
  expect([metrics.of('SlowConnections'), metrics.of('Delivered')]).toEqual([[1], [1]]);
  await runtime.clock.advance(60_000);
  await deliver();
  expect(metrics.of('Delivered')).toEqual([1, 1]);
  expect(metrics.of('PostMs')).toEqual([0, 60_000]);
  sockets.drop(eve.connectionId);
  await ada.ask('interaction.record', login);
  expect(metrics.of('GoneConnections')).toEqual([1]);
});

test('work in the queue names the request that it came of', async () => {
  const { runtime, eve, ada } = await two();
  runtime.sockets.script(eve.connectionId, 'behind');
  await ada.ask('interaction.record', login);
  expect(runtime.queue.waiting()).toMatchObject([{ requestId: 'r', to: [eve.connectionId] }]);
});

test('nothing that is measured is split by who it was', () => {
  const split = Object.values(rules).flatMap((rule) => ('by' in rule ? [rule.by] : []));
  expect(new Set(split)).toEqual(new Set(['action', 'check', 'code', 'work']));
});
