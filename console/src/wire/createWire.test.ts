import { expect, test } from 'vitest';
import { createWire } from './createWire.ts';

/** A socket that does what the test says. */
class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  static readonly made: FakeSocket[] = [];
  readonly sent: string[] = [];
  readyState = 0;
  constructor() {
    super();
    FakeSocket.made.push(this);
  }
  send(text: string) {
    this.sent.push(text);
  }
  happens(type: string, more: object = {}) {
    if (type === 'open') this.readyState = 1;
    this.dispatchEvent(Object.assign(new Event(type), more));
  }
}

function recorded(capacity?: number) {
  const later: (() => void)[] = [];
  let at = 0;
  const wire = createWire({
    ...(capacity !== undefined && { capacity }),
    now: () => ++at,
    later: (tell) => later.push(tell),
    WebSocket: FakeSocket as never,
  });
  const connect = () => {
    const socket = new wire.WebSocket('wss://host/stage?feeds=', ['tidings.v1', 'bearer.a.b.c']);
    return socket as unknown as FakeSocket;
  };
  const tell = () => later.splice(0).forEach((run) => void run());
  const all = () => {
    tell();
    const { first, next } = wire.getSnapshot();
    return Array.from({ length: next - first }, (_, index) => wire.entry(first + index));
  };
  return { wire, connect, tell, all, later };
}

test('each frame is written down on its way, with what a line shows of it', () => {
  const { connect, all } = recorded();
  const socket = connect();
  socket.happens('open');
  socket.send('{"action":"room.send","ref":"r1","topic":"room:lobby","payload":{"text":"é"}}');
  socket.happens('message', { data: '{"type":"room.message","topic":"room:lobby","seq":7}' });
  socket.happens('close', { code: 1006, reason: '' });
  expect(socket.sent).toHaveLength(1);
  expect(all()).toMatchObject([
    { number: 0, at: 1, socket: 1, kind: 'socket', event: 'opening' },
    { event: 'open' },
    { kind: 'frame', direction: 'out', name: 'room.send', ref: 'r1', topic: 'room:lobby', bytes: 78 },
    { direction: 'in', name: 'room.message', seq: 7 },
    { kind: 'socket', event: 'closed', code: 1006 },
  ]);
});

test('no token is in a recording: neither that of the handshake nor that of auth', () => {
  const { connect, all } = recorded();
  const socket = connect();
  socket.happens('open');
  socket.send('{"action":"auth","ref":"r1","payload":{"token":"very.secret.token"}}');
  const text = JSON.stringify(all());
  expect(text).not.toContain('secret');
  expect(text).not.toContain('bearer');
  expect(socket.sent[0]).toContain('very.secret.token');
});

test('the oldest entries give way', () => {
  const { connect, all, wire } = recorded(10);
  const socket = connect();
  for (let index = 0; index < 25; index++) socket.send(`{"action":"a${index}"}`);
  expect(all()).toHaveLength(10);
  expect(wire.entry(25)).toMatchObject({ name: 'a24' });
  expect(wire.entry(15)).toBeUndefined();
});

test('listeners hear of many entries at once, and see a change only then', () => {
  const { connect, wire, later, tell } = recorded();
  let told = 0;
  wire.subscribe(() => told++);
  const socket = connect();
  const before = wire.getSnapshot();
  for (let index = 0; index < 50; index++) socket.send('{"action":"stats"}');
  expect([later.length, told, wire.getSnapshot() === before]).toEqual([1, 0, true]);
  tell();
  expect([told, wire.getSnapshot().next]).toEqual([1, 51]);
});

test('a text goes out on the newest socket that is open, and on none that is closed', () => {
  const { connect, wire } = recorded();
  const [one, two] = [connect(), connect()];
  expect(wire.send('{}')).toBe(false);
  one.happens('open');
  two.happens('open');
  expect(wire.send('{"action":"one"}')).toBe(true);
  two.happens('close', { code: 1000 });
  wire.send('{"action":"two"}');
  expect([one.sent, two.sent]).toEqual([['{"action":"two"}'], ['{"action":"one"}']]);
});

test('what hello was answered is kept, and no other answer', () => {
  const { connect, wire, tell } = recorded();
  const socket = connect();
  socket.send('{"action":"hello","ref":"h1"}');
  socket.happens('message', { data: '{"type":"ack","ref":"x","payload":{"limits":{"wrong":1}}}' });
  socket.happens('message', { data: '{"type":"ack","ref":"h1","payload":{"limits":{"frameBytes":32000}}}' });
  tell();
  expect(wire.greeting.getSnapshot()).toEqual({ limits: { frameBytes: 32_000 } });
});
