import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { expect, inject, test } from 'vitest';
import { newTenant } from '../support/flow.ts';

const { wsUrl, httpUrl } = inject('localStack');
const staff = { user: 'staff', roles: ['msp'] } as const;

test('1.1: subprotocols on two header lines open a connection as on one, and the token is not sent back', async () => {
  const token = await newTenant().token(staff);
  const handshake = request(wsUrl.replace(/^ws/, 'http'), {
    headers: {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Protocol': ['tidings.v1', `bearer.${token}`],
    },
  }).end();
  const answered = Promise.race([once(handshake, 'upgrade'), once(handshake, 'response')]);
  const [response, socket] = (await answered) as [IncomingMessage, Socket | undefined];
  expect([response.statusCode, response.headers['sec-websocket-protocol']]).toEqual([101, 'tidings.v1']);
  socket?.destroy();
});

/** Sends a request as curl and Java's client do, with the offer to go on in HTTP/2; resolves to the status. */
async function offeringH2c(method: string, path: string, headers: Record<string, string>, body = '') {
  const upgrade = { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABkAAQ' };
  const sent = request(httpUrl + path, { method, headers: { ...headers, ...upgrade } }).end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

test('an offer of h2c is ignored at every address of the stack, with a body and without', async () => {
  const authorization = `Bearer ${await newTenant().token(staff)}`;
  const body = '{"payload":{"clientId":"acme","kind":"call"}}';
  for (const [status, method, path, sent] of [
    [200, 'GET', '/health'],
    [401, 'GET', '/stats', {}],
    [200, 'GET', '/stats'],
    [200, 'GET', '/asyncapi.json'],
    [201, 'POST', '/tickets'],
    [200, 'POST', '/actions/interaction.record'],
    [404, 'GET', '/elsewhere'],
    [200, 'GET', '/'],
    [200, 'GET', '/issuer/jwks'],
    [200, 'GET', '/_local/state'],
    [410, 'GET', '/dev/@connections/AAAAAAAAAAAAAAA='],
    [426, 'GET', '/dev'],
  ] as const) {
    const answer = offeringH2c(method, path, sent ?? { authorization }, method === 'POST' ? body : '');
    expect([path, await answer]).toEqual([path, status]);
  }
});
