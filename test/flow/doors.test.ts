import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { expect, inject, test } from 'vitest';
import { newTenant } from '../support/flow.ts';

const { wsUrl } = inject('localStack');
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
