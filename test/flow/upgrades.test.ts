import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { expect, inject, test } from 'vitest';
import { postSigner, signedBody } from '../../adapters/apigateway/sigv4.ts';
import { developer } from '../../local/rights/credentials.ts';
import { newTenant } from '../support/flow.ts';
import { signedHeaders } from '../support/signedHeaders.ts';

const { wsUrl, httpUrl } = inject('localStack');
const staff = { user: 'staff', roles: ['msp'] } as const;

test('1.1: subprotocols on two header lines open a connection as on one, and the token is not sent back', async () => {
  const token = await newTenant().token(staff);
  const handshake = request(wsUrl.replace(/^ws/, 'http'), {
    headers: { ...webSocket, 'Sec-WebSocket-Protocol': ['tidings.v1', `bearer.${token}`] },
  }).end();
  const answered = Promise.race([once(handshake, 'upgrade'), once(handshake, 'response')]);
  const [response, socket] = (await answered) as [IncomingMessage, Socket | undefined];
  expect([response.statusCode, response.headers['sec-websocket-protocol']]).toEqual([101, 'tidings.v1']);
  socket?.destroy();
});

/** As curl and Java's client offer to go on in HTTP/2. */
const h2c = { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABkAAQ' };
const webSocket = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version': '13',
};

const posted = '{"payload":{"clientId":"acme","kind":"call"}}';

async function statusOf(method: string, path: string, headers: Record<string, string>) {
  const body = method === 'POST' ? posted : '';
  const sent = request(httpUrl + path, { method, headers }).end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

test('an offer of h2c is ignored at every address of the stack, with a body and without', async () => {
  const nobody = '/dev/@connections/AAAAAAAAAAAAAAA=';
  const sign = postSigner({ host: new URL(httpUrl).host, region: 'us-east-1', nowMs: Date.now });
  const authorization = `Bearer ${await newTenant().token(staff)}`;
  for (const [status, method, path, sent] of [
    [200, 'GET', '/health'],
    [401, 'GET', '/stats', {}],
    [200, 'GET', '/stats'],
    [200, 'GET', '/asyncapi.json'],
    [201, 'POST', '/tickets'],
    [200, 'POST', '/actions/interaction.record'],
    [404, 'GET', '/elsewhere'],
    [200, 'GET', '/'],
    [200, 'HEAD', '/'],
    [404, 'HEAD', '/health'],
    [200, 'GET', '/issuer/jwks'],
    [200, 'GET', '/_local/state'],
    [410, 'POST', nobody, signedHeaders(sign(nobody, signedBody(posted), developer))],
    [426, 'GET', '/dev'],
  ] as const) {
    expect([path, await statusOf(method, path, { ...(sent ?? { authorization }), ...h2c })]).toEqual([
      path,
      status,
    ]);
  }
});

test('a WebSocket that is asked for where none is spoken is ignored, and where nobody is has the wrong stage', async () => {
  const authorization = `Bearer ${await newTenant().token(staff)}`;
  for (const [status, method, path] of [
    [200, 'GET', '/health'],
    [200, 'GET', '/health?x=1'],
    [200, 'GET', '/stats'],
    [201, 'POST', '/tickets'],
    [200, 'POST', '/actions/interaction.record'],
    [200, 'GET', '/issuer/jwks'],
    [200, 'GET', '/_local/state'],
    [403, 'GET', '/'],
    [403, 'GET', '/prod'],
    [403, 'GET', '/health/'],
  ] as const) {
    expect([path, await statusOf(method, path, { authorization, ...webSocket })]).toEqual([path, status]);
  }
});

/** Answers by status, for requests of one person. */
async function statuses(rows: readonly (readonly [method: string, path: string])[], authorization: string) {
  const answers = rows.map(async ([method, path]) => {
    const body = method === 'POST' ? posted : null;
    const { status } = await fetch(httpUrl + path, { method, headers: { authorization }, body });
    return [method, path, status];
  });
  return Promise.all(answers);
}

test('5.1: Authorization is read as RFC 9110 and RFC 6750 write it, and what is no bearer token is 401 with a challenge', async () => {
  const token = await newTenant().token(staff);
  const ask = async (...lines: string[]) => {
    const headers = ['Host', 'localhost', ...lines.flatMap((line) => ['Authorization', line])];
    const sent = request(`${httpUrl}/stats`, { headers }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    const { 'www-authenticate': challenge, 'content-type': type } = response.headers;
    expect([lines, type]).toEqual([lines, 'application/json']);
    expect([lines, challenge]).toEqual([lines, response.statusCode === 401 ? 'Bearer' : undefined]);
    return response.statusCode;
  };
  for (const scheme of ['Bearer ', 'bearer ', 'BEARER ', 'Bearer   '])
    expect([scheme, await ask(scheme + token)]).toEqual([scheme, 200]);
  expect(await ask(`Bearer ${token}  `)).toBe(200);
  for (const wrong of [
    '',
    'Bearer',
    'Bearer ',
    token,
    `Bearer${token}`,
    `Basic ${token}`,
    `Bearer\t${token}`,
  ])
    expect([wrong, await ask(wrong)]).toEqual([wrong, 401]);
  for (const wrong of [`Bearer "${token}"`, `Bearer ${token} x`, `Bearer ${token},`, `Bearer ${token}=`])
    expect([wrong, await ask(wrong)]).toEqual([wrong, 401]);
  expect(await ask()).toBe(401);
  expect(await ask(`Bearer ${token}`, `Bearer ${token}`)).toBe(401);
});

test('5.1: a body is JSON, whatever its type says', async () => {
  const authorization = `Bearer ${await newTenant().token(staff)}`;
  for (const type of [
    undefined,
    'application/json',
    'application/json; charset=utf-8',
    'application/vnd.api+json',
    'application/x-www-form-urlencoded',
    'application/octet-stream',
    'text/plain;charset=UTF-8',
  ]) {
    const headers = { authorization, ...(type === undefined ? {} : { 'content-type': type }) };
    const body = Buffer.from('{"payload":{"clientId":"acme","kind":"call"}}');
    const response = await fetch(`${httpUrl}/actions/interaction.record`, { method: 'POST', headers, body });
    expect([type, response.status]).toEqual([type, 200]);
  }
});

test('5.1, 5.2: an address answers its own method; every other one, and another spelling, is Not Found', async () => {
  const authorization = `Bearer ${await newTenant().token(staff)}`;
  const own = [
    ['GET', '/health', 200],
    ['GET', '/stats', 200],
    ['GET', '/asyncapi.json', 200],
    ['POST', '/tickets', 201],
    ['POST', '/actions/interaction.record', 200],
  ] as const;
  const rows = own.map(([method, path]) => [method, path] as const);
  expect(await statuses(rows, authorization)).toEqual(own);
  const others = own.flatMap(([method, path]) => {
    const methods = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'].filter(
      (name) => name !== method,
    );
    const spellings = [`${path}/`, `${path}//`, `/${path}`, path.toUpperCase()];
    return [
      ...methods.map((name) => [name, path] as const),
      ...spellings.map((spelling) => [method, spelling] as const),
    ];
  });
  expect(await statuses(others, authorization)).toEqual(others.map((row) => [...row, 404]));
});
