import { expect } from 'vitest';
import { cases } from './conformanceCase.ts';
import { frame, handshakeText, rawSocket } from './rawSocket.ts';
import type { Rig } from './rig.ts';
import { withRig } from './rig.ts';

const rfc6455 = 'https://www.rfc-editor.org/rfc/rfc6455';
const rfc9110 = 'https://www.rfc-editor.org/rfc/rfc9110';
const rfc9112 = 'https://www.rfc-editor.org/rfc/rfc9112';

type Change = Parameters<typeof handshakeText>[0];

/** The head of the answer to a handshake, whose body may follow. */
async function headOf(rig: Rig, change: Change, requestLine?: string, behind?: Buffer): Promise<string> {
  const raw = rawSocket(rig.port);
  raw.socket.write(
    Buffer.concat([Buffer.from(handshakeText(change, requestLine)), behind ?? Buffer.alloc(0)]),
  );
  const [head = ''] = (await raw.until('\r\n\r\n')).split('\r\n\r\n');
  raw.socket.destroy();
  return head;
}

/** Each of these handshakes is refused with this status, and runs no function. */
const refused = (status: number, changes: readonly Change[], requestLine?: string) => () =>
  withRig({}, async (rig) => {
    for (const change of changes) {
      const head = await headOf(rig, change, requestLine);
      expect([change, head.split(' ')[1]]).toEqual([change, String(status)]);
    }
    expect(rig.seen('$connect').all).toHaveLength(0);
  });

const opened = (changes: readonly Change[], requestLine?: string) => () =>
  withRig({}, async (rig) => {
    for (const change of changes) {
      const head = await headOf(rig, change, requestLine);
      expect([change, head.split('\r\n')[0]]).toEqual([change, 'HTTP/1.1 101 Switching Protocols']);
      expect(head).toMatch(/^upgrade: websocket$/im);
    }
    expect(rig.seen('$connect').all).toHaveLength(changes.length);
  });

const hosts = (values: readonly (string | readonly string[] | undefined)[]) =>
  values.map((Host) => ({ Host }));
const extensions = (values: readonly (string | readonly string[])[]) =>
  values.map((value) => ({ 'Sec-WebSocket-Extensions': value }));

export const handshakeRuleCases = cases(
  [
    'D',
    `${rfc9112}#section-3.2`,
    'without Host, with two of them, or with one that is malformed, a handshake is refused with 400',
    refused(
      400,
      hosts([
        undefined,
        '',
        ['localhost', 'localhost'],
        ['localhost', 'evil.example'],
        'local host',
        'localhost, evil.example',
        'user@localhost',
        'localhost:80x',
        'localhost:80:80',
        'http://localhost',
        'localhost/dev',
        'local%zzhost',
        '[::1',
        '[localhost]',
        '::1',
      ]),
    ),
  ],
  [
    'D',
    `${rfc9110}#section-4.2.3`,
    'a name, an address of either kind, and a port are a good Host',
    opened(hosts(['localhost', 'LOCALHOST:8787', 'a-b.example.:', '127.0.0.1:1', '[::1]:8787', 'a%2db'])),
  ],
  [
    'D',
    `${rfc9110}#section-7.8`,
    'HTTP/1.0 knows no upgrade: such a handshake is a plain request',
    refused(426, [{}, { Host: undefined }], 'GET /dev HTTP/1.0'),
  ],
  [
    'D',
    `${rfc9110}#section-15.5.22`,
    'a 426 says which protocol it asks for',
    () =>
      withRig({}, async (rig) => {
        const head = await headOf(rig, { Upgrade: 'h2c' });
        expect(head).toMatch(/^HTTP\/1.1 426 /);
        expect(head).toMatch(/^upgrade: websocket$/im);
        expect(head).toMatch(/^connection:.*\bupgrade\b/im);
      }),
  ],
  [
    'D',
    `${rfc6455}#section-4.2.1`,
    'only a GET is a handshake',
    async () => {
      for (const method of ['POST', 'HEAD', 'PUT']) await refused(400, [{}], `${method} /dev HTTP/1.1`)();
    },
  ],
  [
    'D',
    `${rfc6455}#section-4.4`,
    'a version other than 13 is refused with 400, and 13 is named',
    () =>
      withRig({}, async (rig) => {
        for (const version of ['8', '7', '0', '14', '013', '13, 8', 'x', ['13', '13'], undefined]) {
          const head = await headOf(rig, { 'Sec-WebSocket-Version': version });
          expect([version, head.split(' ')[1]]).toEqual([version, '400']);
          expect(head).toMatch(/^sec-websocket-version: 13$/im);
        }
        expect(await headOf(rig, { 'Sec-WebSocket-Key': 'short' })).not.toMatch(/sec-websocket-version/i);
        expect(rig.seen('$connect').all).toHaveLength(0);
      }),
  ],
  [
    'D',
    `${rfc6455}#section-4.2.1`,
    'a key that comes twice is refused with 400',
    refused(400, [{ 'Sec-WebSocket-Key': ['dGhlIHNhbXBsZSBub25jZQ==', 'dGhlIHNhbXBsZSBub25jZQ=='] }]),
  ],
  [
    'D',
    `${rfc9110}#section-7.8`,
    'the upgrade may be one of several that the client offers, in any case and on any line',
    opened([
      { Upgrade: 'websocket, foo' },
      { Upgrade: 'h2c,WebSocket' },
      { Upgrade: ['foo/2', 'websocket'] },
      { Connection: 'keep-alive, Upgrade' },
      { Connection: ['keep-alive', 'upgrade'] },
    ]),
  ],
  [
    'D',
    `${rfc6455}#section-4.2.1`,
    'the address may be absolute',
    opened([{}], 'GET http://localhost:8787/dev?a=1 HTTP/1.1'),
  ],
  [
    'D',
    `${rfc6455}#section-9.1`,
    'extensions that are malformed are refused with 400',
    refused(
      400,
      extensions([
        '',
        ',',
        'permessage-deflate;',
        ';a=1',
        'permessage-deflate; =1',
        'permessage-deflate; a=',
        'permessage-deflate; a="',
        'permessage-deflate; a=""',
        'permessage-deflate; a="1 2"',
        'permessage-deflate; a="1" 2',
        'permessage deflate',
        'a, b c',
        ['a', 'b c'],
        'a(b)',
      ]),
    ),
  ],
  [
    'D',
    `${rfc6455}#section-9.1`,
    'extensions that are well formed are not understood, and the connection opens without them',
    () =>
      withRig({}, async (rig) => {
        for (const change of extensions([
          'permessage-deflate; client_max_window_bits',
          'a;b=1; c="2" ; d = 3,e',
          ['x-webkit-deflate-frame', 'permessage-deflate;server_max_window_bits="1\\0"'],
        ])) {
          const head = await headOf(rig, change);
          expect([change, head.split(' ')[1]]).toEqual([change, '101']);
          expect(head).not.toMatch(/sec-websocket-extensions/i);
        }
      }),
  ],
  [
    'D',
    `${rfc9110}#section-9.3.1`,
    'a handshake with a body is refused with 400, and its body is not read as frames',
    () =>
      withRig({}, async (rig) => {
        const message = frame(1, Buffer.from('{"action":"echo"}'));
        const length = { 'Content-Length': String(message.length) };
        expect(await headOf(rig, length, undefined, message)).toMatch(/^HTTP\/1.1 400 /);
        const chunk = Buffer.concat([Buffer.from(`${message.length.toString(16)}\r\n`), message]);
        const chunked = { 'Transfer-Encoding': 'chunked' };
        const body = Buffer.concat([chunk, Buffer.from('\r\n0\r\n\r\n')]);
        expect(await headOf(rig, chunked, undefined, body)).toMatch(/^HTTP\/1.1 400 /);
        expect(rig.seen('$connect').all).toHaveLength(0);
        expect(await headOf(rig, { 'Content-Length': '0' })).toMatch(/^HTTP\/1.1 101 /);
      }),
  ],
);
