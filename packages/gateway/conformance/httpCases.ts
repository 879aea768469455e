import { expect } from 'vitest';
import { cases, sources } from './conformanceCase.ts';
import { keys } from './eventKeys.ts';
import { named, withHttpRig, writeRequest } from './httpRig.ts';
import { rawSocket } from './rawSocket.ts';

const takes = (keys: string[], method: string, path: string, routeKey: string) => () =>
  withHttpRig(named(...keys), async (rig) => {
    await rig.fetch(path, { method });
    expect(rig.seen().routeKey).toBe(routeKey);
  });
const posted = (contentType: string, body: string | Buffer, expected: object) => () =>
  withHttpRig(named('POST /'), async (rig) => {
    await rig.fetch('/', { method: 'POST', body, headers: { 'content-type': contentType } });
    expect(rig.seen()).toMatchObject(expected);
  });

export const httpCases = cases(
  [
    'D',
    sources.http,
    'an HTTP event has exactly the keys of payload format 2.0',
    () =>
      withHttpRig(named('POST /actions/{action}'), async (rig) => {
        await rig.fetch('/actions/room.send?a=1&a=2&b=x%20y', {
          method: 'POST',
          body: '{"x":1}',
          headers: { 'content-type': 'application/json', cookie: 'c=1; d=2', 'user-agent': 'probe' },
        });
        const event = rig.seen();
        expect(event.headers).not.toHaveProperty('cookie');
        expect(keys(event)).toEqual(
          new Set([
            'body',
            'cookies',
            'headers',
            'isBase64Encoded',
            'pathParameters',
            'queryStringParameters',
            'rawPath',
            'rawQueryString',
            'requestContext',
            'routeKey',
            'version',
          ]),
        );
        expect(event).toMatchObject({
          version: '2.0',
          routeKey: 'POST /actions/{action}',
          rawPath: '/actions/room.send',
          rawQueryString: 'a=1&a=2&b=x%20y',
          cookies: ['c=1', 'd=2'],
          queryStringParameters: { a: '1,2', b: 'x y' },
          pathParameters: { action: 'room.send' },
          body: '{"x":1}',
          isBase64Encoded: false,
        });
      }),
  ],
  [
    'D',
    sources.http,
    'its requestContext has exactly these keys',
    () =>
      withHttpRig(named('GET /health'), async (rig) => {
        await rig.fetch('/health', { headers: { 'user-agent': 'probe' } });
        expect(rig.seen().requestContext).toEqual({
          accountId: '123456789012',
          apiId: 'web123',
          domainName: 'web123.execute-api.eu-west-1.amazonaws.com',
          domainPrefix: 'web123',
          http: {
            method: 'GET',
            path: '/health',
            protocol: 'HTTP/1.1',
            sourceIp: '127.0.0.1',
            userAgent: 'probe',
          },
          requestId: expect.stringMatching(/^[\w-]{15}=$/),
          routeKey: 'GET /health',
          stage: '$default',
          time: '11/Nov/2024:13:45:46 +0000',
          timeEpoch: Date.UTC(2024, 10, 11, 13, 45, 46, 514),
        });
      }),
  ],
  [
    'D',
    sources.http,
    'what a request does not have is absent',
    () =>
      withHttpRig(named('GET /health'), async (rig) => {
        await rig.fetch('/health');
        expect(keys(rig.seen())).toEqual(
          new Set([
            'headers',
            'isBase64Encoded',
            'rawPath',
            'rawQueryString',
            'requestContext',
            'routeKey',
            'version',
          ]),
        );
      }),
  ],
  [
    'D',
    sources.http,
    'header names are in small letters, repeated headers joined by commas',
    () =>
      withHttpRig(named('GET /'), async (rig) => {
        await writeRequest(rig.port, ['GET / HTTP/1.1', 'X-Many: 1', 'x-many: 2']);
        expect(rig.seen().headers).toMatchObject({ 'x-many': '1,2', 'x-forwarded-for': '127.0.0.1' });
      }),
  ],
  [
    'D',
    'https://www.rfc-editor.org/rfc/rfc9110#section-7.8',
    'an upgrade that is not spoken is ignored, and leaves no header behind',
    () =>
      withHttpRig(named('POST /a'), async (rig) => {
        const lines = [
          'Connection: close, Upgrade, HTTP2-Settings',
          'Upgrade: h2c',
          'HTTP2-Settings: AAMAAABk',
        ];
        const client = rawSocket(rig.port);
        const head = [
          'POST /a HTTP/1.1',
          'Host: x',
          ...lines,
          'Content-Type: text/plain',
          'Content-Length: 2',
        ];
        client.socket.write(`${head.join('\r\n')}\r\n\r\nhi`);
        expect(await client.ended).toMatch(/^HTTP\/1.1 200 /);
        expect(rig.seen().body).toBe('hi');
        const names = ['host', 'content-type', 'content-length', 'x-amzn-trace-id'];
        const added = ['x-forwarded-for', 'x-forwarded-port', 'x-forwarded-proto'];
        expect(keys(rig.seen().headers as object)).toEqual(new Set([...names, ...added]));
      }),
  ],
  [
    'D',
    sources.httpRoutes,
    'no route gives 404',
    () =>
      withHttpRig(named('GET /a'), async (rig) => {
        const response = await rig.fetch('/b');
        expect([response.status, await response.text()]).toEqual([404, '{"message":"Not Found"}']);
        expect((await rig.fetch('/a', { method: 'POST' })).status).toBe(404);
      }),
  ],
  [
    'D',
    sources.httpRoutes,
    '$default takes what no other route does',
    takes(['GET /a', '$default'], 'GET', '/b', '$default'),
  ],
  [
    'D',
    sources.httpRoutes,
    'a whole path goes before a greedy one',
    takes(['GET /{any+}', 'GET /a/{id}'], 'GET', '/a/1', 'GET /a/{id}'),
  ],
  [
    'D',
    sources.httpRoutes,
    'a fixed part goes before a parameter',
    takes(['GET /a/{id}', 'GET /a/new'], 'GET', '/a/new', 'GET /a/new'),
  ],
  [
    'D',
    sources.httpRoutes,
    'a method goes before ANY',
    takes(['ANY /a', 'POST /a'], 'POST', '/a', 'POST /a'),
  ],
  [
    'D',
    sources.httpRoutes,
    'ANY takes every method',
    takes(['ANY /a', '$default'], 'DELETE', '/a', 'ANY /a'),
  ],
  [
    'D',
    sources.httpRoutes,
    'a greedy parameter takes the rest of the path',
    () =>
      withHttpRig(named('GET /files/{path+}'), async (rig) => {
        await rig.fetch('/files/a/b%20c');
        expect(rig.seen().pathParameters).toEqual({ path: 'a/b c' });
      }),
  ],
  [
    'D',
    sources.httpQuotas,
    'a body above 10 MB is refused with 413',
    () =>
      withHttpRig(named('POST /'), async (rig) => {
        const body = Buffer.alloc(10 * 1024 * 1024 + 1);
        expect((await rig.fetch('/', { method: 'POST', body })).status).toBe(413);
        expect((await rig.fetch('/', { method: 'POST', body: body.subarray(1) })).status).toBe(200);
      }),
  ],
  [
    'D',
    sources.http,
    'a text body arrives as text',
    posted('text/plain', 'grüß', { body: 'grüß', isBase64Encoded: false }),
  ],
  [
    'D',
    sources.http,
    'a binary body arrives in base64',
    posted('application/octet-stream', Buffer.from([0, 255]), { body: 'AP8=', isBase64Encoded: true }),
  ],
  [
    'D',
    sources.httpRoutes,
    'new routes serve from the next request on',
    () =>
      withHttpRig(named('GET /a'), async (rig) => {
        rig.gateway.replaceApi({
          ...rig.api,
          routes: [{ routeKey: 'GET /b', invoke: async () => ({ ok: 1 }) }],
        });
        expect((await rig.fetch('/b')).status).toBe(200);
        expect((await rig.fetch('/a')).status).toBe(404);
      }),
  ],
);
