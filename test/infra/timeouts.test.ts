import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { manualClock } from '../../adapters/memory/clock.ts';
import {
  type FunctionName,
  functionTimeoutsMs,
  maxContentionMs,
  maxRequestMs,
  maxSearchMs,
  maxWorkMs,
} from '../../core/timeouts.ts';
import { maxAnswerMs } from '../../features/assistant/runStream.ts';
import { timeoutMs as streamTimeoutMs } from '../../features/assistant/streamWork.ts';
import { features } from '../../features/index.ts';
import { jobLeaseMs, timeoutMs as jobTimeoutMs } from '../../features/jobs/jobWork.ts';
import { durationOf } from '../support/durationOf.ts';
import { emitting } from '../support/emitting.ts';
import { memoryRuntime, principal } from '../support/memoryRuntime.ts';
import { synthesize, testStage } from './template.ts';

/** The time-outs of the engine's functions, each a little different, so that none can take another's for its own. */
const apartMs = Object.fromEntries(
  Object.entries(functionTimeoutsMs).map(([name, timeoutMs], index) => [name, timeoutMs + index + 1]),
) as Readonly<Record<FunctionName, number>>;

const packed = { principal: Buffer.from(JSON.stringify(principal(memoryRuntime()))).toString('base64url') };
const requestContext = { connectionId: 'c', requestId: 'q', authorizer: packed, http: { method: 'POST' } };
const message = (body: object) => ({
  Records: [{ messageId: 'm', attributes: { SentTimestamp: '0' }, body: JSON.stringify(body) }],
});
const act = { action: 'user.revoke', ref: 'r', payload: { userId: 'ben' } };
const interaction = { tenant: 't', ref: 'r', payload: { clientId: 'acme', kind: 'login' } };
const logged = { pk: { S: 'LOG#t#user:ann#e' }, frame: { S: '{"type":"alert","topic":"user:me"}' } };

/** What each function is called with, and after how many milliseconds it gives up what never answers. */
const ways: Readonly<Record<string, readonly [event: object, endsAfterMs: number]>> = {
  'lambdas/authorize.ts': [
    { headers: { 'sec-websocket-protocol': 'tidings.v1, bearer.token' }, requestContext },
    maxWorkMs(apartMs.authorize),
  ],
  'lambdas/connect.ts': [{ requestContext }, maxWorkMs(apartMs.connect)],
  'lambdas/disconnect.ts': [{ requestContext }, maxWorkMs(apartMs.disconnect)],
  'lambdas/message.ts': [{ body: JSON.stringify(act), requestContext }, maxRequestMs],
  'lambdas/http.ts': [
    { rawPath: '/tickets', headers: { authorization: 'Bearer token' }, requestContext },
    maxRequestMs,
  ],
  'lambdas/bus.ts': [{ id: 'e', 'detail-type': 'interaction.record', detail: interaction }, maxRequestMs],
  'lambdas/deliver.ts': [
    message({ presenceIn: { tenant: 't', kind: 'room', id: 'lobby' } }),
    maxWorkMs(apartMs.deliver),
  ],
  'lambdas/reap.ts': [{}, maxWorkMs(apartMs.reap)],
  'lambdas/emit.ts': [
    { Records: [{ dynamodb: { SequenceNumber: '1', NewImage: logged } }] },
    maxWorkMs(apartMs.emit),
  ],
  'features/jobs/lambdas/work.ts': [message({ tenant: 't', id: 'j' }), maxWorkMs(jobTimeoutMs)],
  'features/assistant/lambdas/stream.ts': [message({ tenant: 't', id: 's' }), maxWorkMs(streamTimeoutMs)],
};

/** A port of which no call ever ends. */
const silent = new Proxy(
  {},
  { get: (_, name) => (name === 'until' ? undefined : () => new Promise(() => {})) },
);
const clock = manualClock(Date.UTC(2026, 0, 1));
const ports = Object.fromEntries(
  ['table', 'sockets', 'queue', 'tokens', 'bus'].map((name) => [name, silent] as const),
);

/** The entry points are those that are deployed, but for what they are wired to, and for milliseconds in their time-outs. */
beforeAll(() => {
  const memory = memoryRuntime();
  const runtime = () => ({
    ...memory,
    ...ports,
    clock,
    reporter: { report: () => {} },
  });
  const wired = { runtime, disconnectRuntime: runtime, handshakeRuntime: runtime, emitRuntime: runtime };
  // All files of a worker share its modules, so some are loaded already, and none may stay.
  vi.resetModules();
  vi.doMock('../../lambdas/wiring.ts', () => ({
    ...wired,
    aws: () => ({}),
    awsAt: () => ({}),
    settings: () => memory.settings,
    metrics: () => memory.metrics,
  }));
  vi.doMock('../../core/timeouts.ts', async (original) => ({
    ...(await original<object>()),
    functionTimeoutsMs: apartMs,
  }));
});
afterAll(() => {
  vi.doUnmock('../../lambdas/wiring.ts');
  vi.doUnmock('../../core/timeouts.ts');
  vi.resetModules();
});

const deployed = (() => {
  const list = emitting(features, 'engagement');
  const { functions, nameOf } = synthesize(testStage({}, list), list);
  return new Map(functions.map(({ id, properties }) => [nameOf(id), Number(properties.Timeout) * 1_000]));
})();

test('each function is deployed, and is called here', () => {
  expect(new Set(Object.keys(ways))).toEqual(new Set(deployed.keys()));
});

test.each(Object.entries(ways))(
  '%s gives up by itself what never answers, a second before its time is over',
  async (file, [event, endsAfterMs]) => {
    const timeoutMs = deployed.get(file) ?? 0;
    const { handler } = (await import(/* @vite-ignore */ `../../${file}`)) as {
      handler: (event: object) => Promise<unknown>;
    };
    const endedAfterMs = await durationOf(clock, () => handler(event), timeoutMs + 60_000);
    expect(endedAfterMs).toBeLessThanOrEqual(timeoutMs - 1_000);
    // Not another's time, should that be shorter.
    expect(endedAfterMs).toBe(endsAfterMs);
  },
);

test('what a function does by parts ends before it is given up', () => {
  // The last row of a search, and how far it has come.
  expect(maxSearchMs + 2 * maxContentionMs).toBeLessThan(maxWorkMs(functionTimeoutsMs.reap));
  // A handshake, and what a refused one gives back.
  expect(2 * maxContentionMs).toBeLessThan(maxWorkMs(functionTimeoutsMs.connect));
  // The lease of an answer, its start, its last beat and its end.
  expect(maxAnswerMs + 4 * maxContentionMs).toBeLessThan(maxWorkMs(streamTimeoutMs));
  // A lease outlives its worker.
  expect(jobTimeoutMs).toBeLessThan(jobLeaseMs);
});
