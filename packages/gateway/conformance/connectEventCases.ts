import { expect } from 'vitest';
import { cases, sources } from './conformanceCase.ts';
import { commonContextKeys, keys } from './eventKeys.ts';
import { lifeOf } from './lifeOf.ts';
import { handshakeText, rawSocket } from './rawSocket.ts';
import type { Seen } from './rig.ts';
import { allow, withRig } from './rig.ts';

const addedHeaders = ['X-Amzn-Trace-Id', 'X-Forwarded-For', 'X-Forwarded-Port', 'X-Forwarded-Proto'];

/** The `$connect` event of a handshake. */
async function connectOf(
  how: { path?: string; headers?: Record<string, string> },
  test: (event: Seen) => void,
) {
  await withRig({}, async (rig) => {
    await rig.open(how);
    test(await rig.seen('$connect').next());
  });
}

export const connectEventCases = cases(
  [
    'O',
    sources.captures,
    '$connect has exactly these keys',
    () =>
      lifeOf(({ connect }) => {
        expect(keys(connect)).toEqual(
          new Set(['headers', 'isBase64Encoded', 'multiValueHeaders', 'requestContext']),
        );
        expect(connect.isBase64Encoded).toBe(false);
      }),
  ],
  [
    'O',
    sources.captures,
    'the requestContext of $connect has exactly these keys, without messageId',
    () => lifeOf(({ connect }) => expect(keys(connect.requestContext)).toEqual(new Set(commonContextKeys))),
  ],
  [
    'O',
    'https://github.com/boto/boto3/issues/3789',
    'identity has the User-Agent that the client sent',
    () =>
      connectOf({ headers: { 'user-agent': 'probe/1' } }, ({ requestContext }) =>
        expect(requestContext.identity).toEqual({ sourceIp: '127.0.0.1', userAgent: 'probe/1' }),
      ),
  ],
  [
    'O',
    sources.captures,
    'header names of $connect are canonical, the hop-by-hop ones are left out',
    () =>
      withRig({}, async (rig) => {
        const raw = rawSocket(rig.port);
        raw.socket.write(
          handshakeText({ 'x-my-header': 'a', 'user-agent': 'probe' }).replaceAll(
            'Sec-WebSocket',
            'sec-websocket',
          ),
        );
        await raw.until('101');
        const { headers } = await rig.seen('$connect').next();
        expect(keys(headers)).toEqual(
          new Set([
            'Host',
            'Sec-WebSocket-Key',
            'Sec-WebSocket-Version',
            'User-Agent',
            'X-My-Header',
            ...addedHeaders,
          ]),
        );
      }),
  ],
  [
    'O',
    sources.captures,
    'what the client offers to compress is in the headers',
    () =>
      connectOf({ headers: { 'Sec-WebSocket-Extensions': 'permessage-deflate' } }, ({ headers }) =>
        expect(headers['Sec-WebSocket-Extensions']).toBe('permessage-deflate'),
      ),
  ],
  [
    'O',
    sources.captures,
    'multiValueHeaders has the same names, and every value',
    () =>
      withRig({}, async (rig) => {
        const raw = rawSocket(rig.port);
        raw.socket.write(
          handshakeText({ 'X-Many': 'one' }).replace('X-Many: one', 'X-Many: one\r\nx-many: two'),
        );
        await raw.until('101');
        const { headers, multiValueHeaders } = await rig.seen('$connect').next();
        expect(keys(multiValueHeaders)).toEqual(keys(headers));
        expect(multiValueHeaders).toMatchObject({ 'X-Many': ['one', 'two'] });
        expect(headers['X-Many']).toBe('two');
      }),
  ],
  [
    'O',
    sources.captures,
    'X-Forwarded-For ends with the address of the client',
    () =>
      connectOf({ headers: { 'x-forwarded-for': '10.1.1.1' } }, ({ headers }) =>
        expect(headers['X-Forwarded-For']).toBe('10.1.1.1, 127.0.0.1'),
      ),
  ],
  [
    'D',
    sources.authorizer,
    'query parameters come decoded, and with all their values',
    () =>
      connectOf({ path: '/dev?a=1&a=2&b=x%3Dy' }, (event) => {
        expect(event.queryStringParameters).toEqual({ a: '2', b: 'x=y' });
        expect(event.multiValueQueryStringParameters).toEqual({ a: ['1', '2'], b: ['x=y'] });
      }),
  ],
  [
    'O',
    sources.captures,
    'without a query string the two maps are absent',
    () =>
      withRig({}, async (rig) => {
        for (const path of ['/dev', '/dev?']) {
          const raw = rawSocket(rig.port);
          raw.socket.write(handshakeText({}, `GET ${path} HTTP/1.1`));
          await raw.until('101');
          const event = await rig.seen('$connect').next();
          expect(event).not.toHaveProperty('queryStringParameters');
          expect(event).not.toHaveProperty('multiValueQueryStringParameters');
        }
      }),
  ],
  [
    'D',
    sources.authorizer,
    "the authorizer's event has exactly these keys: no path, no path parameters",
    () =>
      withRig({ authorizer: { run: allow } }, async (rig) => {
        await rig.open({ path: '/dev?token=t' });
        const event = await rig.seen('authorizer').next();
        expect(keys(event)).toEqual(
          new Set([
            'headers',
            'methodArn',
            'multiValueHeaders',
            'multiValueQueryStringParameters',
            'queryStringParameters',
            'requestContext',
            'stageVariables',
            'type',
          ]),
        );
        expect(event).toMatchObject({
          type: 'REQUEST',
          methodArn: 'arn:aws:execute-api:eu-west-1:123456789012:abc123/dev/$connect',
          queryStringParameters: { token: 't' },
          requestContext: { eventType: 'CONNECT', routeKey: '$connect' },
        });
      }),
  ],
);
