import { expect } from 'vitest';
import { cases, sources } from './conformanceCase.ts';
import { named, withHttpRig, writeRequest } from './httpRig.ts';
import { rawSocket } from './rawSocket.ts';

// A pull request with a table of what real HTTP APIs handed to a function.
const bodies = 'https://github.com/ministackorg/ministack/pull/766';
const slashes = 'https://github.com/storacha/w3infra/pull/166';

/** What one route answers to a request line; `none` is API Gateway's own 404. */
const answers = (routeKey: string, requestLine: string, expected: 'the function' | 'none') =>
  withHttpRig(named(routeKey), async (rig) => {
    const text = await writeRequest(rig.port, [`${requestLine} HTTP/1.1`]);
    const isHead = requestLine.startsWith('HEAD');
    expect([requestLine, text.split(' ')[1]]).toEqual([requestLine, expected === 'none' ? '404' : '200']);
    if (expected === 'none' && !isHead) expect(text).toMatch(/\{"message":"Not Found"\}$/);
    if (isHead) expect(text).toMatch(/\r\n\r\n$/);
  });

const table = (routeKey: string, rows: Record<string, 'the function' | 'none'>) => async () => {
  for (const [requestLine, expected] of Object.entries(rows)) await answers(routeKey, requestLine, expected);
};

const bodyAs = (isBase64Encoded: boolean, types: readonly (string | undefined)[]) => () =>
  withHttpRig(named('POST /'), async (rig) => {
    for (const type of types) {
      const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
      await rig.fetch('/', { method: 'POST', body: Buffer.from('{"a":"ü"}'), headers });
      const body = isBase64Encoded ? Buffer.from('{"a":"ü"}').toString('base64') : '{"a":"ü"}';
      expect([type, rig.seen().isBase64Encoded, rig.seen().body]).toEqual([type, isBase64Encoded, body]);
    }
  });

const authorization = (lines: readonly string[], expected: string | undefined) => () =>
  withHttpRig(named('GET /'), async (rig) => {
    await writeRequest(rig.port, ['GET / HTTP/1.1', ...lines]);
    expect(rig.seen().headers).toMatchObject({ host: 'x' });
    expect((rig.seen().headers as Record<string, unknown>).authorization).toBe(expected);
  });

export const httpApiCases = cases(
  [
    'D',
    sources.http,
    'Authorization is a header like any other: passed on as it is, whatever it says, and without one as well',
    async () => {
      await authorization(['Authorization: Basic YTpi'], 'Basic YTpi')();
      await authorization(['AUTHORIZATION:   bearer  x.y.z  '], 'bearer  x.y.z')();
      await authorization(['Authorization: nonsense'], 'nonsense')();
      await authorization([], undefined)();
    },
  ],
  [
    'D',
    sources.http,
    'two lines of Authorization are combined with a comma, so neither of them passes for the only one',
    authorization(['Authorization: Bearer a', 'authorization: Bearer b'], 'Bearer a,Bearer b'),
  ],
  [
    'O',
    bodies,
    'JSON, XML, JavaScript and text are handed over as text, with parameters and in any case',
    bodyAs(false, [
      'application/json',
      'application/json; charset=utf-8',
      'Application/JSON',
      'application/xml',
      'application/javascript',
      'text/plain',
      'text/csv;header=present',
    ]),
  ],
  [
    'O',
    bodies,
    'everything else comes in base64: forms, +json, octets, types that look alike, and a body without a type',
    bodyAs(true, [
      'application/x-www-form-urlencoded',
      'application/vnd.api+json',
      'application/octet-stream',
      'application/json-patch',
      'application/jsonx',
      'image/svg+xml',
      'multipart/form-data; boundary=text/plain',
      undefined,
    ]),
  ],
  [
    'U',
    'probe: a text body that is no UTF-8',
    'what is no UTF-8 in a text body is U+FFFD',
    () =>
      withHttpRig(named('POST /'), async (rig) => {
        const headers = { 'content-type': 'text/plain' };
        await rig.fetch('/', { method: 'POST', body: Buffer.from([0x61, 0xff, 0x62]), headers });
        expect(rig.seen()).toMatchObject({ body: 'a\ufffdb', isBase64Encoded: false });
      }),
  ],
  [
    'D',
    sources.httpRoutes,
    'a route takes its own method: HEAD is no GET, OPTIONS needs a route of its own, and the rest is Not Found',
    table('GET /a', {
      'GET /a': 'the function',
      'HEAD /a': 'none',
      'OPTIONS /a': 'none',
      'POST /a': 'none',
      'PUT /a': 'none',
      'PATCH /a': 'none',
      'DELETE /a': 'none',
      'TRACE /a': 'none',
    }),
  ],
  [
    'D',
    sources.httpRoutes,
    'HEAD with a route runs its function, and the answer has no body',
    table('HEAD /a', { 'HEAD /a': 'the function', 'GET /a': 'none' }),
  ],
  [
    'D',
    sources.httpRoutes,
    'ANY takes HEAD and OPTIONS too',
    table('ANY /a', { 'HEAD /a': 'the function', 'OPTIONS /a': 'the function', 'PUT /a': 'the function' }),
  ],
  [
    'O',
    slashes,
    'a trailing slash is another path, with another 404',
    table('GET /a', {
      'GET /a/': 'none',
      'GET /a//': 'none',
      'GET /a?': 'the function',
      'GET /a/?x=1': 'none',
    }),
  ],
  [
    'O',
    slashes,
    'a greedy parameter takes a path that ends with a slash',
    table('GET /a/{rest+}', { 'GET /a/': 'the function', 'GET /a/b/': 'the function', 'GET /a': 'none' }),
  ],
  [
    'O',
    slashes,
    'a parameter is never empty',
    table('GET /a/{id}', {
      'GET /a/1': 'the function',
      'GET /a/': 'none',
      'GET /a/1/': 'none',
      'GET /a': 'none',
    }),
  ],
  [
    'D',
    'https://www.rfc-editor.org/rfc/rfc9112#section-3.2',
    'a request with two Hosts, or with a malformed one, is refused with 400 and runs nothing',
    () =>
      withHttpRig(named('GET /'), async (rig) => {
        for (const host of ['y', 'x', 'a b', '']) {
          const text = await writeRequest(rig.port, ['GET / HTTP/1.1', `Host: ${host}`]);
          expect([host, text.split(' ')[1]]).toEqual([host, '400']);
        }
        const raw = rawSocket(rig.port);
        raw.socket.write('GET / HTTP/1.1\r\nHost: a/b\r\n\r\n');
        expect(await raw.ended).toMatch(/^HTTP\/1.1 400 /);
        expect(rig.seen()).toEqual({});
      }),
  ],
  [
    'D',
    'https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2',
    'an absolute address is as its path',
    async () => {
      await table('GET /a/{id}', { 'GET http://x/a/1?b=2': 'the function', 'GET http://x': 'none' })();
      await withHttpRig(named('GET /a/{id}'), async (rig) => {
        await writeRequest(rig.port, ['GET http://x/a/1?b=2 HTTP/1.1']);
        expect(rig.seen()).toMatchObject({
          rawPath: '/a/1',
          rawQueryString: 'b=2',
          pathParameters: { id: '1' },
        });
      });
    },
  ],
  [
    'D',
    sources.httpRoutes,
    'paths are compared to the letter',
    table('GET /a', {
      'GET /A': 'none',
      'GET //a': 'none',
      'GET /%61': 'none',
      'GET /b/../a': 'none',
      'GET /aa': 'none',
    }),
  ],
);
