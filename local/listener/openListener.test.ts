import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Line } from './line.ts';
import { type Listener, openListener } from './openListener.ts';

const host = '127.0.0.1';
const megabyte = Buffer.alloc(1_000_000, 'm');
let listener: Listener;
let lines: Line[] = [];
let clients: Socket[] = [];
let onLine = (_line: Line) => {};

beforeEach(async () => {
  listener = await openListener({ port: 0, host }, (line) => {
    lines.push(line);
    onLine(line);
  });
});
afterEach(async () => {
  for (const client of clients) client.destroy();
  clients = [];
  lines = [];
  await listener.close();
});

/** A client that ends its side by itself only, and its line. */
async function join(): Promise<{ client: Socket; line: Line }> {
  const client = connect({ port: listener.port, host, allowHalfOpen: true });
  clients.push(client);
  const line = await new Promise<Line>((resolve) => {
    onLine = resolve;
  });
  return { client, line };
}

/** All that was on its way to either thread has arrived after so many. */
async function roundTrips(count: number): Promise<void> {
  const { client, line } = await join();
  line.pipe(line);
  for (let trip = 0; trip < count; trip++) {
    client.write('x');
    await once(client, 'data');
  }
}

test('what is written comes at the other end as it was, in both directions, and so does its end', async () => {
  const { client, line } = await join();
  const closed = once(line, 'close');
  const numbers = Array.from({ length: 50_000 }, (_, n) => `${n},`);
  for (const number of numbers) line.write(number);
  line.end('the end');
  client.end(megabyte);
  expect(await text(client)).toBe(`${numbers.join('')}the end`);
  expect(await text(line)).toBe(String(megabyte));
  await closed;
});

test('a line has the addresses of both of its ends', async () => {
  const { client, line } = await join();
  expect(line).toMatchObject({
    remoteAddress: host,
    remotePort: client.localPort,
    localAddress: host,
    localPort: listener.port,
  });
});

test('a client that sends faster than it is read is held back', async () => {
  const { client, line } = await join();
  const chunks = 50;
  for (let sent = 0; sent < chunks; sent++) client.write(megabyte);
  client.end();
  await roundTrips(50);
  expect(line.readableLength).toBeGreaterThan(0);
  expect(line.readableLength).toBeLessThan(megabyte.length);
  expect(await text(line)).toHaveLength(chunks * megabyte.length);
});

test('what waits for a client that does not read counts as unsent, and is sent once it reads', async () => {
  const { client, line } = await join();
  const chunks = 20;
  for (let written = 0; written < chunks; written++) line.write(megabyte);
  await roundTrips(50);
  expect(line.writableLength).toBeGreaterThan(megabyte.length);
  line.destroySoon();
  expect(await text(client)).toHaveLength(chunks * megabyte.length);
  expect(line.writableLength).toBe(0);
});

test('a burst that a kernel would take from a socket does not count as unsent', async () => {
  const { client, line } = await join();
  client.resume();
  line.write(megabyte);
  expect(line.writableLength).toBe(0);
});

test('an end is no sooner done than the socket has taken it, though there is room', async () => {
  const { line } = await join();
  line.end('x');
  // No other thread is heard between ticks.
  for (let tick = 0; tick < 10; tick++) await new Promise<void>((next) => process.nextTick(next));
  expect(line.writableFinished).toBe(false);
  await once(line, 'finish');
});

test('a client that leaves is told of even where nobody reads: in good order as an end, else as an error', async () => {
  const [leaving, lost] = [await join(), await join()];
  const ended = once(leaving.line, 'end');
  leaving.client.end();
  await ended;
  expect(leaving.line.destroyed).toBe(false);
  const failed = once(lost.line, 'error');
  lost.client.resetAndDestroy();
  expect(await failed).toMatchObject([{ code: 'ECONNRESET' }]);
  expect(lost.line.destroyed).toBe(true);
});

test('a line that is destroyed takes its client off, after what was written before', async () => {
  for (const leave of [(line: Line) => line.destroy(), (line: Line) => line.destroySoon()]) {
    const { client, line } = await join();
    const closed = once(line, 'close');
    const received = text(client);
    line.write(megabyte);
    line.write(megabyte);
    await new Promise((sent) => line.write(megabyte, sent));
    for (const word of ['good', 'bye', ' and', ' thanks']) line.write(word);
    leave(line);
    expect(await received).toBe(`${megabyte}${megabyte}${megabyte}goodbye and thanks`);
    await closed;
  }
});

test('with the listener its lines end, after what was written to them, and its port is free', async () => {
  const { client, line } = await join();
  client.on('error', () => {});
  line.write('good');
  line.write('bye');
  await listener.close();
  expect(await text(client)).toBe('goodbye');
  expect(line.destroyed).toBe(true);
  const { port } = listener;
  listener = await openListener({ port, host }, () => {});
  expect(listener.port).toBe(port);
});

test('a port that is taken is an error of its kind', async () => {
  const { port } = listener;
  await expect(openListener({ port, host }, () => {})).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

/** Run first in each thread of a process: a port fails once it is there. */
const failingPort = `
const { Server } = require('node:net');
const { listen } = Server.prototype;
Server.prototype.listen = function (...given) {
  this.once('listening', () => setImmediate(() => this.emit('error', new Error('accept ENFILE'))));
  return listen.apply(this, given);
};`;

test('a port that fails later ends the process with its error, and not in silence', async () => {
  const folder = mkdtempSync(`${tmpdir()}/tidings-port-`);
  const required = `${folder}/failingPort.cjs`;
  writeFileSync(required, failingPort);
  const program = `
import { openListener } from '${new URL('openListener.ts', import.meta.url).href}';
await openListener({ port: 0, host: '${host}' }, () => {});`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
    env: { ...process.env, NODE_OPTIONS: `--require=${required}` },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 60_000,
  });
  const [said, [status]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  rmSync(folder, { recursive: true });
  expect(said).toContain('accept ENFILE');
  expect(status).toBe(1);
});
