import { expect } from 'vitest';
import type { Cors } from '../src/index.ts';
import { cases, sources } from './conformanceCase.ts';
import type { HttpHandler, HttpRig } from './httpRig.ts';
import { named, withHttpRig, writeRequest } from './httpRig.ts';

const answering = (answer: unknown, test: (response: Response, rig: HttpRig) => Promise<void> | void) => () =>
  withHttpRig({ 'GET /': () => answer }, async (rig) => test(await rig.fetch('/'), rig));
const cors = {
  allowOrigins: ['https://a.example'],
  allowMethods: ['GET', 'POST'],
  allowHeaders: ['authorization'],
  maxAgeSeconds: 60,
};
const preflight = (origin: string) => ({
  method: 'OPTIONS',
  headers: { origin, 'access-control-request-method': 'POST' },
});

const asLines = ({ method, headers }: ReturnType<typeof preflight>) => [
  `${method} /anything HTTP/1.1`,
  ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
];

export const httpAnswerCases = cases(
  [
    'D',
    sources.http,
    'an object without a status code is the body of a 200, as JSON',
    answering({ ok: true }, async (response) => {
      expect(response.headers.get('content-type')).toBe('application/json');
      expect([response.status, await response.json()]).toEqual([200, { ok: true }]);
    }),
  ],
  [
    'D',
    sources.http,
    'a string is the body of a 200',
    answering('hello', async (response) => {
      expect([response.status, await response.text()]).toEqual([200, 'hello']);
    }),
  ],
  [
    'D',
    sources.http,
    'status, headers and body of an answer are taken as they are',
    answering(
      { statusCode: 201, headers: { 'X-Kind': 'new', 'Content-Type': 'text/csv' }, body: 'a,b' },
      async (response) => {
        expect(response.headers.get('x-kind')).toBe('new');
        expect(response.headers.get('content-type')).toBe('text/csv');
        expect([response.status, await response.text()]).toEqual([201, 'a,b']);
      },
    ),
  ],
  [
    'D',
    sources.http,
    'each cookie of an answer is a set-cookie header',
    answering({ statusCode: 200, cookies: ['a=1', 'b=2'] }, (response) => {
      expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    }),
  ],
  [
    'D',
    sources.http,
    'a body in base64 is decoded',
    answering(
      { statusCode: 200, body: Buffer.from([0, 255]).toString('base64'), isBase64Encoded: true },
      async (response) => expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255]),
    ),
  ],
  [
    'D',
    sources.gatewayResponses,
    'a function that throws gives 500, in other words than its own',
    () =>
      withHttpRig({ 'GET /': () => Promise.reject(new Error('secret')) }, async (rig) => {
        const response = await rig.fetch('/');
        expect([response.status, await response.text()]).toEqual([
          500,
          '{"message":"Internal Server Error"}',
        ]);
        expect(rig.errors).toEqual(['the function of GET / failed']);
      }),
  ],
  [
    'D',
    sources.http,
    'a status code that is none gives 500',
    answering({ statusCode: 'soon' }, (response) => {
      expect(response.status).toBe(500);
    }),
  ],
  [
    'D',
    sources.httpQuotas,
    'a function that takes longer than 30 s gives 503',
    () => {
      let started: () => void = () => undefined;
      const running = new Promise<void>((resolve) => {
        started = resolve;
      });
      const hang: HttpHandler = () => {
        started();
        return new Promise(() => undefined);
      };
      return withHttpRig({ 'GET /': hang }, async (rig) => {
        const response = rig.fetch('/');
        await running;
        await rig.clock.advance(30_000);
        expect((await response).status).toBe(503);
      });
    },
  ],
  [
    'D',
    sources.cors,
    'a preflight from an allowed origin is answered without a route',
    () =>
      withHttpRig(
        {},
        async (rig) => {
          const response = await writeRequest(rig.port, asLines(preflight('https://a.example')));
          expect(response).toMatch(/^HTTP\/1.1 204 /);
          expect(response).toContain('access-control-allow-origin: https://a.example');
          expect(response).toContain('access-control-allow-methods: GET,POST');
          expect(response).toContain('access-control-allow-headers: authorization');
          expect(response).toContain('access-control-max-age: 60');
        },
        cors,
      ),
  ],
  [
    'D',
    sources.cors,
    'a preflight from another origin gets no CORS headers',
    () =>
      withHttpRig(
        {},
        async (rig) => {
          expect(await writeRequest(rig.port, asLines(preflight('https://evil.example')))).not.toContain(
            'access-control',
          );
        },
        cors,
      ),
  ],
  [
    'D',
    sources.cors,
    'answers to an allowed origin carry its name',
    () =>
      withHttpRig(
        named('GET /'),
        async (rig) => {
          const response = await writeRequest(rig.port, ['GET / HTTP/1.1', 'Origin: https://a.example']);
          expect(response).toContain('access-control-allow-origin: https://a.example');
        },
        cors,
      ),
  ],
  [
    'D',
    sources.cors,
    '* allows every origin',
    () =>
      withHttpRig(
        named('GET /'),
        async (rig) => {
          const response = await writeRequest(rig.port, ['GET / HTTP/1.1', 'Origin: https://b.example']);
          expect(response).toContain('access-control-allow-origin: *');
        },
        { ...cors, allowOrigins: ['*'] },
      ),
  ],
  [
    'D',
    sources.cors,
    'with CORS settings, what a function says about CORS is ignored, for any origin',
    async () => {
      const own = {
        'Access-Control-Allow-Origin': '*',
        'access-control-allow-credentials': 'true',
        'X-Own': '1',
      };
      const functions: Record<string, HttpHandler> = { 'GET /': () => ({ statusCode: 200, headers: own }) };
      const answer = (origin: string, settings?: Cors) =>
        withHttpRig(
          functions,
          async (rig) => {
            const text = await writeRequest(rig.port, ['GET / HTTP/1.1', `Origin: ${origin}`]);
            answered.push(text.toLowerCase());
          },
          settings,
        );
      const answered: string[] = [];
      await answer('https://evil.example', cors);
      await answer('https://a.example', cors);
      await answer('https://evil.example');
      const [other, allowed, unset] = answered;
      expect(other).toContain('x-own: 1');
      expect(other).not.toContain('access-control');
      expect(allowed).toContain('access-control-allow-origin: https://a.example');
      expect(allowed).not.toContain('credentials');
      expect(unset).toContain('access-control-allow-origin: *');
    },
  ],
  [
    'D',
    sources.cors,
    'credentials and exposed headers are named where the settings say so',
    () =>
      withHttpRig(
        named('GET /'),
        async (rig) => {
          const response = await writeRequest(rig.port, ['GET / HTTP/1.1', 'Origin: https://a.example']);
          expect(response).toContain('access-control-allow-credentials: true');
          expect(response).toContain('access-control-expose-headers: date,x-api-id');
          const asked = await writeRequest(rig.port, asLines(preflight('https://a.example')));
          expect(asked).toContain('access-control-allow-credentials: true');
        },
        { ...cors, allowCredentials: true, exposeHeaders: ['date', 'x-api-id'] },
      ),
  ],
  [
    'D',
    sources.cors,
    'OPTIONS that is no preflight is a method like any other',
    () =>
      withHttpRig(
        named('GET /anything'),
        async (rig) => {
          const lines = ['OPTIONS /anything HTTP/1.1', 'Origin: https://a.example'];
          expect(await writeRequest(rig.port, lines)).toMatch(/^HTTP\/1.1 404 /);
        },
        cors,
      ),
  ],
  [
    'D',
    sources.cors,
    'without CORS settings OPTIONS is a method like any other',
    () =>
      withHttpRig(named('OPTIONS /anything'), async (rig) => {
        expect(await writeRequest(rig.port, asLines(preflight('https://a.example')))).toMatch(
          /^HTTP\/1.1 200 /,
        );
      }),
  ],
);
