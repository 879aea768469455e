import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { beforeAll, describe, expect, test } from 'vitest';
import { openSockets } from '../../adapters/apigateway/connect.ts';
import { postReader } from './readPost.ts';

const credentials = { accessKeyId: 'Work.1', secretAccessKey: 'a/secret+1', sessionToken: 'to/ken=' };
const frame = '{"ü":1}';
let host: string;
/** What the functions' adapter sends. */
let sent: Buffer;

beforeAll(async () => {
  const server = createServer((socket) => {
    socket.once('data', (chunk) => {
      sent = chunk;
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sockets = openSockets({ endpoint: `http://${host}/dev`, region: 'us-east-1', credentials });
  await sockets.post('L0SM9cOFvHcCIhw=', frame);
  server.close();
});

/** The same bytes as Node's own server reads them. */
async function readByNode(bytes: Buffer) {
  const server = createHttpServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const line = connect((server.address() as AddressInfo).port, '127.0.0.1');
  line.write(bytes);
  const [request] = (await once(server, 'request')) as [IncomingMessage];
  const { method, url: target, headers } = request;
  const read = { method, target, headers: { ...headers }, body: await buffer(request) };
  line.destroy();
  server.close();
  return read;
}

test('a post as the functions send it is read as Node’s own server reads it', async () => {
  const read = postReader(host)(sent);
  expect(read).toEqual(await readByNode(sent));
  expect(read?.target).toBe('/dev/@connections/L0SM9cOFvHcCIhw%3D');
  expect(read?.body.toString()).toBe(frame);
  expect(read?.headers['x-amz-security-token']).toBe(credentials.sessionToken);
});

test('posts with the same body get the same one, which is theirs whatever is written over their bytes', () => {
  const read = postReader(host);
  const first = Buffer.from(sent);
  const body = read(first)?.body;
  first.fill(0);
  expect(read(sent)?.body).toBe(body);
  expect(body?.toString()).toBe(frame);
});

test.each<[string, (text: string) => string]>([
  [
    'to another connection, with another signature',
    (text) => text.replace('L0S', 'M0S').replace(/(Signature=)\w{64}/, `$1${'0'.repeat(64)}`),
  ],
  ['of another length', (text) => `${text.replace(/content-length: \d+/, 'content-length: 9')}x`],
  ['with another body', (text) => text.replace(/1}$/, '2}')],
  ['with a signature of another form', (text) => text.replace(/(Signature=)\w{64}/, `$1${'Z'.repeat(64)}`)],
  ['with a signature that is too short', (text) => text.replace(/(Signature=)\w{64}/, `$1${'0'.repeat(63)}`)],
  ['of another minute', (text) => text.replace(/(x-amz-date: )\w+/, '$120260228T235958Z')],
  ['with another key', (text) => text.replace('Work.1', 'Work.2')],
])('a post %s is read as if none had come before', async (_, change) => {
  const changed = Buffer.from(change(sent.toString('latin1')), 'latin1');
  const read = postReader(host);
  read(sent);
  expect(read(changed)).toEqual(await readByNode(changed));
  expect(read(sent)).toEqual(await readByNode(sent));
});

describe('is left to Node’s own server:', () => {
  const replaced = (from: string | RegExp, to: string) => (text: string) => text.replace(from, to);
  test.each<[string, (text: string) => string]>([
    ['half a request', (text) => text.slice(0, 100)],
    ['one whose body is still to come', (text) => text.slice(0, -1)],
    ['one that another follows', (text) => text + text],
    ['another method', replaced('POST', 'GET')],
    ['another version', replaced('HTTP/1.1', 'HTTP/1.0')],
    ['an absolute address', replaced(' /dev', ' http://127.0.0.1/dev')],
    ['a space in the address', replaced('/dev', '/d v')],
    ['a header that a post of ours has not', replaced('\r\nhost', '\r\norigin: http://a.example\r\nhost')],
    ['a body in chunks', replaced(/content-length: \d+/, 'transfer-encoding: chunked')],
    ['no length', replaced(/content-length: \d+\r\n/, '')],
    ['a length with a sign', replaced('content-length: ', 'content-length: +')],
    ['a header that comes twice', replaced(/(content-length: \d+\r\n)/, '$1$1')],
    ['two hosts', replaced(/(host: \S+\r\n)/, '$1$1')],
    ['another host', replaced('host: 127.0.0.1', 'host: localhost')],
    ['a name in capitals', replaced('host', 'Host')],
    ['a name with a space behind it', replaced('host:', 'host :')],
    ['a line that goes on', replaced('\r\nhost', '\r\n host')],
    ['a value with a control character', replaced('x-amz-date: ', 'x-amz-date: \x01')],
    ['a value that ends with a space', replaced(/(x-amz-date: \w+)/, '$1 ')],
    ['a line without its return', replaced('\r\nhost', '\nhost')],
    ['a name of every object', replaced('\r\nhost', '\r\nconstructor: x\r\nhost')],
  ])('%s', (_, change) => {
    const text = change(sent.toString('latin1'));
    expect(text).not.toBe(sent.toString('latin1'));
    const changed = Buffer.from(text, 'latin1');
    expect(postReader(host)(changed)).toBeUndefined();
    // Nor does it help to come after one that is read.
    const read = postReader(host);
    expect(read(sent)).toBeDefined();
    expect(read(changed)).toBeUndefined();
    expect(read(sent)).toBeDefined();
  });
});
