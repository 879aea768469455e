import { beforeEach, expect, test } from 'vitest';
import { unlimited } from '../../core/api/rateLimit.ts';
import { handleAction, handleFrame } from '../../core/api/router.ts';
import { connect } from '../../core/connections/connect.ts';
import { readHead } from '../../core/log/topicHead.ts';
import { type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';

interface Shown {
  readonly unread: number;
  readonly alerts: readonly { readonly alertId: string; readonly title: string }[];
  readonly notifications: readonly { readonly title: string }[];
}
interface Answer {
  readonly topic?: string;
  readonly epoch: string;
  readonly seq: number;
  readonly recovered: boolean;
  readonly snapshot: Shown;
  readonly events?: readonly { readonly seq: number }[];
  readonly more?: true;
}

let memory: MemoryRuntime;
let runtime: MemoryRuntime;
let asked = 0;
beforeEach(async () => {
  memory = memoryRuntime();
  runtime = { ...memory, rates: { ...unlimited, size: () => 0 } };
  memory.sockets.open('c1');
  await connect(memory, 'c1', principal(memory, { userId: 'ann', roles: ['client'] }));
});

async function frame<A>(action: string, more: object = {}): Promise<A> {
  const ref = `f${asked++}`;
  const body = JSON.stringify({ action, ref, ...more });
  return (await handleFrame(runtime, { connectionId: 'c1', requestId: ref, body })).payload as A;
}
async function does(action: string, payload: Record<string, unknown>): Promise<{ alertId: string }> {
  const ref = `r${asked++}`;
  const who = principal(memory, { userId: 'machine', roles: ['service', 'msp'] });
  return (await handleAction(runtime, who, ref, { action, ref, payload })).payload as { alertId: string };
}
const raise = (title: string, to: object = { userId: 'ann' }) =>
  does('alert.raise', { to, severity: 'critical', title, body: 'b'.repeat(100) });
const notify = (title: string) =>
  does('notification.send', { userId: 'ann', kind: 'k', title, data: { a: 1 } });
const subscribe = (since?: object) =>
  frame<Answer>('subscribe', { topic: 'user:me', ...(since && { payload: { since } }) });
const hello = async (subs?: object[]) => {
  const { subs: entries } = await frame<{ subs: Answer[] }>('hello', {
    payload: { v: 1, ...(subs && { subs }) },
  });
  return entries.find(({ topic }) => topic === 'user:me') as Answer;
};
const titlesOf = (shown: readonly { readonly title: string }[]) => shown.map(({ title }) => title);

test('3.4: after hundreds of messages of 31 KB, the first answer names the critical alert, by whichever way one comes back', async () => {
  const { epoch } = await subscribe();
  const { alertId } = await raise('Ward 3 is on fire');
  await notify('Your shift');
  for (let n = 0; n < 300; n++) await does('message.send', { userId: 'ann', body: 'x'.repeat(31_000) });
  const since = { epoch, seq: 0 };
  for (const answer of [
    await subscribe(),
    await subscribe(since),
    await subscribe({ epoch, seq: 1 }),
    await hello(),
    await hello([{ topic: 'user:me', since }]),
    await hello([
      { topic: 'queue:2026-01-01' },
      { topic: 'tenant' },
      { topic: 'user:me', since: { epoch, seq: 5 } },
    ]),
  ]) {
    expect(answer.snapshot).toEqual({
      unread: 1,
      alerts: [{ alertId, severity: 'critical', title: 'Ward 3 is on fire', at: memory.clock.now() }],
      notifications: [{ id: expect.any(String), kind: 'k', title: 'Your shift', at: memory.clock.now() }],
    });
  }
});

test('3.4: it comes with recovered: true too, and where that is all, it is the state at its seq', async () => {
  const { epoch } = await subscribe();
  await raise('one');
  await notify('two');
  const first = await subscribe({ epoch, seq: 0 });
  expect(first).toMatchObject({
    recovered: true,
    seq: 2,
    snapshot: { unread: 1, alerts: [{ title: 'one' }] },
  });
  expect(first.events).toHaveLength(2);
  expect(await hello([{ topic: 'user:me', since: { epoch, seq: 1 } }])).toMatchObject({
    recovered: true,
    events: [{ seq: 2 }],
    snapshot: { notifications: [{ title: 'two' }] },
  });
});

test('3.4: the last 10 alerts to oneself that nobody acknowledged, and the newest 10 notifications, newest first', async () => {
  const ids: string[] = [];
  for (let n = 1; n <= 12; n++) ids.push((await raise(`a${n}`)).alertId);
  await raise('to all', { tenant: true });
  for (let n = 1; n <= 12; n++) await notify(`n${n}`);
  const newestTen = (letter: string) => Array.from({ length: 10 }, (_, n) => `${letter}${12 - n}`);
  const { snapshot } = await subscribe();
  expect(titlesOf(snapshot.alerts)).toEqual(newestTen('a'));
  expect(titlesOf(snapshot.notifications)).toEqual(newestTen('n'));
  for (const alertId of ids.slice(-2)) await frame('alert.acknowledge', { payload: { alertId } });
  await frame('notification.read', { payload: { all: true } });
  const after = (await subscribe()).snapshot;
  expect(titlesOf(after.alerts)).toEqual(['a10', 'a9', 'a8', 'a7', 'a6', 'a5', 'a4', 'a3', 'a2', 'a1']);
  expect([after.unread, titlesOf(after.notifications)]).toEqual([0, newestTen('n')]);
});

test('what is shown stays when messages come and notifications are read', async () => {
  await raise('a');
  await notify('n');
  await does('message.send', { userId: 'ann', body: 'x' });
  await notify('m');
  await frame('notification.read', { payload: { all: true } });
  const { snapshot } = await subscribe();
  expect([titlesOf(snapshot.alerts), titlesOf(snapshot.notifications)]).toEqual([['a'], ['m', 'n']]);
});

test('an alert that is stored no longer is not shown either', async () => {
  await raise('a');
  await memory.clock.advance(90 * 24 * 3_600_000);
  const who = principal(memory, { userId: 'ann', roles: ['client'] });
  memory.sockets.open('c2');
  await connect(memory, 'c2', who);
  const body = JSON.stringify({ action: 'subscribe', topic: 'user:me' });
  const { payload } = await handleFrame(runtime, { connectionId: 'c2', requestId: 'late', body });
  expect((payload as Answer).snapshot.alerts).toEqual([]);
});

test('the head of a feed stays within bounds, whatever is sent to it', async () => {
  const title = '警'.repeat(200);
  for (let n = 0; n < 40; n++) await raise(title);
  for (let n = 0; n < 40; n++) await notify(title);
  const head = await readHead(memory.table, 't', { kind: 'user', id: 'ann' });
  expect(Buffer.byteLength(JSON.stringify(head))).toBeLessThan(30_000);
  const { snapshot } = await hello();
  expect(Buffer.byteLength(JSON.stringify(snapshot))).toBeLessThan(16_000);
});

test('a feed whose head was written yesterday shows what it knows', async () => {
  const { epoch, seq } = await subscribe();
  const state = { unread: 1, notifications: { sent: 1, unreadBits: '1' } };
  await memory.table.write({ update: { pk: 'HEAD#t#user', sk: 'ann' }, set: { state } });
  expect((await subscribe({ epoch, seq })).snapshot).toEqual({ unread: 1, alerts: [], notifications: [] });
  await notify('n');
  expect((await subscribe()).snapshot).toMatchObject({ unread: 2, notifications: [{ title: 'n' }] });
});
