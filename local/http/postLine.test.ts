import { setImmediate as turnEnd } from 'node:timers/promises';
import type { ManagementAnswer, ReadRequest } from '@tidings/gateway';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PostLine } from './postLine.ts';
import { postReader } from './readPost.ts';

const host = '127.0.0.1:4510';
const target = '/dev/@connections/a%3D';
const post = (body = 'x', more = '') =>
  Buffer.from(
    `POST ${target} HTTP/1.1\r\nhost: ${host}\r\n${more}content-length: ${body.length}\r\n\r\n${body}`,
  );
const ok: ManagementAnswer = { status: 200, headers: { 'content-length': 0 }, body: undefined };

let asked: ReadRequest[];
let answers: ((answer: ManagementAnswer) => void)[];
/** Whether the gateway answers what is sent. */
let isMine: boolean;
let line: PostLine;
let heard: string[];

beforeEach(() => {
  [asked, answers, heard, isMine] = [[], [], [], true];
  line = new PostLine(postReader(host), (request, respond) => {
    asked.push(request);
    answers.push(respond);
    return isMine;
  });
  line.on('data', (bytes: Buffer) => heard.push(bytes.toString()));
  line.on('timeout', () => heard.push('timeout'));
  line.on('error', ({ message }: Error) => heard.push(message));
});
afterEach(() => {
  line.destroy();
  vi.useRealTimers();
});

const closing = () => new Promise<void>((resolve) => line.on('close', resolve));

test('a post goes to the gateway, and its answer comes as HTTP has it', async () => {
  line.write(post('hello'));
  await turnEnd();
  expect(asked).toMatchObject([{ method: 'POST', target, headers: { host }, body: Buffer.from('hello') }]);
  expect(heard).toEqual([]);
  const headers = { 'x-amzn-errortype': 'GoneException', 'content-length': 5 };
  answers[0]?.({ status: 410, headers, body: 'grüß' });
  expect(heard).toEqual([
    'HTTP/1.1 410 Gone\r\nx-amzn-errortype: GoneException\r\ncontent-length: 5\r\n\r\ngrüß',
  ]);
});

test.each([
  ['of another form', () => line.write(post('x', 'expect: 100-continue\r\n'))],
  ['that the gateway does not answer', () => line.write(post())],
])('at a request %s it breaks, so that its sender asks by the network', async (_, write) => {
  isMine = false;
  const closed = closing();
  write();
  await turnEnd();
  expect(line.writable).toBe(false);
  await closed;
  expect(heard).toEqual(['a post has another form than those of the pool']);
});

test('who left hears nothing, and the gateway is told so', async () => {
  line.write(post());
  await turnEnd();
  expect(asked[0]?.line?.destroyed).toBe(false);
  const closed = closing();
  line.destroy();
  expect(asked[0]?.line?.destroyed).toBe(true);
  answers[0]?.(ok);
  await closed;
  expect(heard).toEqual([]);
});

test('of who left before a post was read, the gateway hears nothing', async () => {
  line.write(post());
  line.destroy();
  await turnEnd();
  expect([asked, heard]).toEqual([[], []]);
});

test('its silence is told once it has lasted, from the last byte on', async () => {
  vi.useFakeTimers();
  line.setTimeout(1_000);
  vi.advanceTimersByTime(600);
  line.write(post());
  await turnEnd();
  vi.advanceTimersByTime(600);
  answers[0]?.(ok);
  vi.advanceTimersByTime(999);
  expect(heard).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(heard.at(-1)).toBe('timeout');
  line.setTimeout(1_000);
  line.destroy();
  expect(vi.getTimerCount()).toBe(0);
});
