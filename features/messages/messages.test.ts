import { beforeEach, expect, test } from 'vitest';
import { unlimited } from '../../core/api/rateLimit.ts';
import { handleAction } from '../../core/api/router.ts';
import { headCache } from '../../core/log/headCache.ts';
import { readHead } from '../../core/log/topicHead.ts';
import type { Principal } from '../../core/principal.ts';
import type { Head } from '../../core/topics.ts';
import { impatient, type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import type { MessageState } from './messages.ts';
import { withMessage } from './messageWindows.ts';

const nora = { kind: 'user', id: 'nora' } as const;

let memory: MemoryRuntime;
let asked = 0;
/** Several execution environments, each with a memory of its own. */
let environments: MemoryRuntime[];
beforeEach(() => {
  memory = memoryRuntime();
  environments = Array.from({ length: 3 }, () => ({
    ...impatient(memory),
    headCache: headCache(),
    rates: { ...unlimited, size: () => 0 },
  }));
});

interface Sending extends Partial<Principal> {
  readonly to?: string;
  readonly body?: string;
  readonly ref?: string;
}
async function send({ to = 'nora', body = 'hi', ref = `r${asked++}`, ...who }: Sending) {
  const runtime = environments[asked % environments.length] ?? memory;
  const frame = { action: 'message.send', ref, payload: { userId: to, body } };
  const from = principal(memory, { userId: 'carla', roles: ['client'], ...who });
  const { payload } = await handleAction(runtime, from, ref, frame);
  return payload as { code?: string; retryAfterMs?: number; dup?: true };
}
const sendMany = (count: number, sending: Sending = {}) =>
  Promise.all(Array.from({ length: count }, () => send(sending)));
const codesOf = (answers: readonly { code?: string }[]) => ({
  sent: answers.filter(({ code }) => code === undefined).length,
  refused: answers.filter(({ code }) => code === 'rate_limited').length,
});

test('6: one person sends one recipient 30 messages a minute, exactly, however many environments handle them', async () => {
  expect(codesOf(await sendMany(45))).toEqual({ sent: 30, refused: 15 });
  const { retryAfterMs = 0 } = await send({});
  expect(retryAfterMs).toBeGreaterThan(0);
  expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  await memory.clock.advance(retryAfterMs - 1);
  expect((await send({})).code).toBe('rate_limited');
  await memory.clock.advance(1);
  expect(codesOf(await sendMany(31))).toEqual({ sent: 30, refused: 1 });
});

test('6: the refusal names the recipient, so that a client knows that its other requests need not wait', async () => {
  await sendMany(30);
  expect(await send({})).toMatchObject({
    code: 'rate_limited',
    retryable: true,
    details: [{ path: 'payload.userId' }],
  });
});

test('6: and 300 KB', async () => {
  expect(codesOf(await sendMany(12, { body: 'x'.repeat(31_000) }))).toEqual({ sent: 9, refused: 3 });
  // What a frame has to escape weighs as much as it does there.
  expect(codesOf(await sendMany(5, { to: 'ben', body: '\u0001'.repeat(15_000) }))).toEqual({
    sent: 3,
    refused: 2,
  });
});

test('6: whom else one writes to, who else writes, and services are not held to it', async () => {
  await sendMany(31);
  expect((await send({ to: 'ben' })).code).toBeUndefined();
  expect((await send({ userId: 'otto' })).code).toBeUndefined();
  expect((await send({ tenant: 'another' })).code).toBeUndefined();
  expect(codesOf(await sendMany(40, { userId: 'machine', roles: ['service'] }))).toMatchObject({ sent: 40 });
});

test('6: 16 senders are told apart, and those who come while all are within their minute share one window', async () => {
  for (let n = 0; n < 16; n++) await send({ userId: `early-${n}` });
  const late = [];
  for (let n = 0; n < 31; n++) late.push(await send({ userId: `late-${n}` }));
  expect(codesOf(late)).toEqual({ sent: 30, refused: 1 });
  expect(late.at(-1)?.code).toBe('rate_limited');
  expect(codesOf(await sendMany(30, { userId: 'early-3' }))).toEqual({ sent: 29, refused: 1 });
  await memory.clock.advance(60_000);
  expect(codesOf(await sendMany(31, { userId: 'late-30' }))).toEqual({ sent: 30, refused: 1 });
});

test('6: whoever shares the window of the rest has no second one while that is open, and who was told apart stays so', async () => {
  for (let n = 0; n < 16; n++) await send({ userId: `early-${n}` });
  await memory.clock.advance(50_000);
  expect(codesOf(await sendMany(31, { userId: 'spite' }))).toEqual({ sent: 30, refused: 1 });
  // The minute of those who were told apart is over, that of the rest is not.
  await memory.clock.advance(10_000);
  const refused = await send({ userId: 'spite' });
  expect(refused.code).toBe('rate_limited');
  expect(refused.retryAfterMs).toBeGreaterThan(45_000);
  expect(codesOf(await sendMany(31, { userId: 'early-3' }))).toEqual({ sent: 30, refused: 1 });
  await memory.clock.advance(refused.retryAfterMs ?? 0);
  expect(codesOf(await sendMany(31, { userId: 'spite' }))).toEqual({ sent: 30, refused: 1 });
});

test('a repeat of a message that was sent gets its first answer, also where the sender is over its limit', async () => {
  await send({ ref: 'first' });
  await sendMany(40);
  expect(await send({ ref: 'first' })).toMatchObject({ dup: true, seq: 1 });
});

test('the limit costs no row, and the head of the feed stays small', async () => {
  for (let n = 0; n < 40; n++) await send({ userId: `${'u'.repeat(500)}${n}` });
  const kinds = new Set(memory.table.dump().map(({ pk }) => pk.slice(0, pk.indexOf('#'))));
  expect(kinds).toEqual(new Set(['HEAD', 'LOG', 'REF']));
  const head = (await readHead(memory.table, 't', nora)) as Head<MessageState>;
  expect(head.state.windows).toHaveLength(17);
  expect(JSON.stringify(head.state).length).toBeLessThan(1000);
});

test('a window that a fast clock began keeps nobody out for longer than a minute', () => {
  const limits = { messagesPerMinute: 1, messageBytesPerMinute: 100 };
  const windows = withMessage(undefined, { from: 'carla', body: 'x' }, 5000, limits);
  expect(() => withMessage(windows, { from: 'carla', body: 'x' }, 0, limits)).toThrow(
    expect.objectContaining({ retryAfterMs: 60_000 }),
  );
});
