import { expect } from 'vitest';
import type { ConformanceCase } from './conformanceCase.ts';
import { deferred } from './deferred.ts';
import { handshakeText, rawSocket } from './rawSocket.ts';
import type { Rig, RigOptions } from './rig.ts';
import { allow } from './rig.ts';
import { position } from './switchPosition.ts';

const connect = (run: () => unknown): RigOptions => ({ functions: { $connect: run } });
const never = () => deferred().promise;
const status = (expected: number, path?: string) => async (rig: Rig) => {
  expect((await rig.refused(path === undefined ? {} : { path })).status).toBe(expected);
};
const seenAfter = (name: string, ms: number, expected: number) => async (rig: Rig) => {
  const refused = rig.refused();
  await rig.seen(name).next();
  await rig.clock.advance(ms);
  expect((await refused).status).toBe(expected);
};
/** Leaves while `$connect` runs, then lets it answer 200. */
async function leaveEarly(
  rig: Rig,
  gate: { resolve(): void },
  leave: 'end' | 'resetAndDestroy',
): Promise<string> {
  const raw = rawSocket(rig.port);
  raw.socket.write(handshakeText());
  const event = await rig.seen('$connect').next();
  raw.socket[leave]();
  // A second client that is refused after the first one's end was read: the barrier without a clock.
  await rig.refused({ path: '/elsewhere' });
  gate.resolve();
  return String(event.requestContext.connectionId);
}

function abortedConnect(): { options: RigOptions; gate: ReturnType<typeof deferred<void>> } {
  const gate = deferred();
  return { gate, options: { functions: { $connect: () => gate.promise.then(() => ({ statusCode: 200 })) } } };
}
const [destroyed, ended, ignored] = [abortedConnect(), abortedConnect(), abortedConnect()];

const crash = connect(() => Promise.reject(new Error('crash')));
const throttled = connect(() =>
  Promise.reject(Object.assign(new Error('Rate Exceeded.'), { name: 'TooManyRequestsException' })),
);
const responseHeaders = connect(() => ({
  statusCode: 200,
  headers: { 'X-Session': 'abc', 'X-Bad': 'a\r\nb: c' },
}));
export const unknownHandshakeCases: ConformanceCase[] = [
  position('connectFailureStatus', 502, '$connect throws', crash, status(502)),
  position('connectFailureStatus', 500, '$connect throws', crash, status(500)),
  position(
    'connectFailureStatus',
    502,
    '$connect answers without a status',
    connect(() => ({})),
    status(502),
  ),
  position('connectThrottledStatus', 500, '$connect is throttled', throttled, status(500)),
  position('connectThrottledStatus', 503, '$connect is throttled', throttled, status(503)),
  position(
    'connectTimeoutStatus',
    504,
    '$connect takes too long',
    connect(never),
    seenAfter('$connect', 29_000, 504),
  ),
  position(
    'connectTimeoutStatus',
    500,
    '$connect takes too long',
    connect(never),
    seenAfter('$connect', 29_000, 500),
  ),
  position(
    'authorizerTimeoutMs',
    10_000,
    'the authorizer takes too long',
    { authorizer: { run: never } },
    seenAfter('authorizer', 10_000, 500),
  ),
  position(
    'authorizerTimeoutMs',
    100,
    'the authorizer takes too long',
    { authorizer: { run: never } },
    seenAfter('authorizer', 100, 500),
  ),
  position(
    'authorizerTimeoutMs',
    100,
    'the authorizer is quick',
    { authorizer: { run: allow } },
    async (rig) => {
      await rig.open();
      expect(rig.clock.pending()).toBe(2);
    },
  ),
  position(
    'connectHeadersReachClient',
    false,
    'response headers of $connect',
    responseHeaders,
    async (rig) => {
      expect((await rig.open()).headers).not.toHaveProperty('x-session');
    },
  ),
  position(
    'connectHeadersReachClient',
    true,
    'response headers of $connect',
    responseHeaders,
    async (rig) => {
      const { headers } = await rig.open();
      expect(headers).toMatchObject({ 'x-session': 'abc' });
      expect(headers).not.toHaveProperty('b');
    },
  ),
  position(
    'disconnectAfterAbortedConnect',
    true,
    'the client is cut off during $connect',
    destroyed.options,
    async (rig) => {
      const connectionId = await leaveEarly(rig, destroyed.gate, 'resetAndDestroy');
      const { requestContext } = await rig.seen('$disconnect').next();
      expect(requestContext).toMatchObject({ connectionId, disconnectStatusCode: 1006 });
      expect(rig.gateway.openConnections()).toBe(0);
    },
  ),
  position(
    'disconnectAfterAbortedConnect',
    true,
    'the client leaves during $connect',
    ended.options,
    async (rig) => {
      const connectionId = await leaveEarly(rig, ended.gate, 'end');
      expect((await rig.seen('$disconnect').next()).requestContext.connectionId).toBe(connectionId);
    },
  ),
  position(
    'disconnectAfterAbortedConnect',
    false,
    'the client leaves during $connect',
    ignored.options,
    async (rig) => {
      await leaveEarly(rig, ignored.gate, 'resetAndDestroy');
      (await rig.open()).socket.close();
      await rig.seen('$disconnect').next();
      expect(rig.seen('$disconnect').all).toHaveLength(1);
    },
  ),
  position('plainGetStatus', 426, 'a plain GET of the stage', {}, async (rig) => {
    expect((await fetch(`${rig.origin}/dev`)).status).toBe(426);
  }),
  position('plainGetStatus', 403, 'a plain GET of the stage', {}, async (rig) => {
    expect((await fetch(`${rig.origin}/dev?x=1`)).status).toBe(403);
  }),
  position(
    'longUrlStatus',
    414,
    'an address of 4,097 characters',
    {},
    status(414, `/dev?t=${'x'.repeat(4_090)}`),
  ),
  position(
    'longUrlStatus',
    400,
    'an address of 4,097 characters',
    {},
    status(400, `/dev?t=${'x'.repeat(4_090)}`),
  ),
];
