import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { everyMinute } from '../../core/connections/everyMinute.ts';
import type { Feature } from '../../core/feature.ts';
import type { Row } from '../../core/ports.ts';
import { features as shipped } from '../../features/index.ts';
import { memoryRuntime } from '../../testing/memoryRuntime.ts';
import { connectionOf } from '../../testing/openConnection.ts';
import type { MemoryRuntime } from '../support/memoryRuntime.ts';
import { asked, type Name, people } from './people.ts';

interface Recorded {
  readonly nowMs: number;
  /** By who asked, and the `ref`. */
  readonly answers: Readonly<Record<string, { readonly payload: Readonly<Record<string, unknown>> }>>;
  readonly rows: readonly Row[];
}

const folder = new URL('rows/', import.meta.url);
const releases = readdirSync(folder).map((file) => file.replace('.json', ''));

/** This release, half a minute after the rows of a former one were written, with its connections still open. */
async function takeOver(release: string, features: readonly Feature[] = shipped) {
  const text = readFileSync(new URL(`${release}.json`, folder), 'utf8');
  const { nowMs, answers, rows } = JSON.parse(text) as Recorded;
  const runtime = memoryRuntime(features) as MemoryRuntime;
  await runtime.clock.advance(nowMs + 30_000 - runtime.clock.now());
  runtime.table.restore(rows);
  for (const name of Object.keys(people)) runtime.sockets.open(name);
  const frames = (name: Name) => connectionOf(runtime, name).frames();
  const payloadOf = async (name: Name, ref: string, frame: object): Promise<Record<string, unknown>> => {
    const { type, payload } = await connectionOf(runtime, name).ask(ref, { ref, ...frame });
    return { type, ...(payload as Record<string, unknown>) };
  };
  const answerOf = (asked: string): Readonly<Record<string, unknown>> => answers[asked]?.payload ?? {};
  return { runtime, answerOf, frames, ask: payloadOf };
}

test('the rows of a release are there', () => {
  expect(releases.length).toBeGreaterThan(0);
});

describe.each(releases)('after %s', (release) => {
  test('what was answered is answered again, and has happened once', async () => {
    const { answerOf, ask } = await takeOver(release);
    for (const [name, ref, frame] of asked) {
      const again = await ask(name, ref, frame);
      const before = answerOf(`${name} ${ref}`);
      // A subscription has no memory: what is asked for again is as it is now.
      if (again.type === 'subscribed') expect(again.recovered, ref).toBe(false);
      else expect(again, ref).toEqual({ type: 'ack', ...before, dup: true });
    }
    const { totals } = await ask('ada', 'totals', {
      action: 'engagement.get',
      payload: { clientId: 'acme' },
    });
    expect(totals).toEqual({ login: 1 });
  });

  test('connections go on: they are answered, hear of events, and resume where they were', async () => {
    const { answerOf, ask, frames } = await takeOver(release);
    expect(
      await ask('ada', 'more', {
        action: 'interaction.record',
        payload: { clientId: 'acme', kind: 'login' },
      }),
    ).toMatchObject({ total: 2, seq: 3 });
    expect(frames('eve')).toMatchObject([{ type: 'interaction', topic: 'client:acme', seq: 3 }]);
    await ask('eve', 'reply', { action: 'room.send', topic: 'room:lobby', payload: { body: 'Hello' } });
    expect(frames('ada').filter(({ type }) => type === 'room.message')).toMatchObject([
      { seq: 2, from: 'eve' },
    ]);
    const { epoch } = answerOf('ada login');
    const since = { epoch, seq: 1 };
    const subs = [{ topic: 'client:acme', since }];
    const hello = await ask('ada', 'hello', { action: 'hello', payload: { v: 1, clientId: 'tab', subs } });
    expect(hello.subs).toContainEqual(
      expect.objectContaining({
        topic: 'client:acme',
        recovered: true,
        seq: 3,
        events: [
          expect.objectContaining({ type: 'engagement', seq: 2 }),
          expect.objectContaining({ seq: 3 }),
        ],
      }),
    );
  });

  test('states are what they were: feeds, boards, lists, who is present, work under way', async () => {
    const { answerOf, ask } = await takeOver(release);
    expect(await ask('ada', 'me', { action: 'subscribe', topic: 'user:me' })).toMatchObject({
      seq: 3,
      snapshot: { unread: 1, alerts: [{ title: 'Friday' }], notifications: [{ title: 'Ready' }] },
    });
    const board = await ask('eve', 'board again', { action: 'subscribe', topic: 'queue:2026-02-02' });
    expect(board.snapshot).toEqual(answerOf('eve board').snapshot);
    const { items } = await ask('ada', 'list', { action: 'notification.list', payload: {} });
    expect(items).toMatchObject([{ title: 'Ready', read: false }]);
    const present = await ask('ada', 'who', { action: 'presence.get', topic: 'room:lobby' });
    const users = present.users as readonly { readonly userId: string }[];
    expect(new Set(users.map(({ userId }) => userId))).toEqual(new Set(['ada', 'eve']));
    const { jobId } = answerOf('ada job');
    expect(await ask('ada', 'get', { action: 'job.get', payload: { jobId } })).toMatchObject({
      status: 'queued',
    });
    const raised = answerOf('eve alert');
    const alert = { to: { userId: 'ada' }, severity: 'warning', title: 'Friday', dedupeKey: 'k' };
    expect(await ask('eve', 'alert again', { action: 'alert.raise', payload: alert })).toMatchObject({
      alertId: raised.alertId,
      already: true,
    });
  });

  test('work that stands still is taken up, and connections end when their tokens do', async () => {
    const { runtime, frames } = await takeOver(release);
    await runtime.clock.advance(10 * 60_000);
    const { resumed } = await everyMinute(runtime, 50_000);
    expect(resumed).toBe(2);
    expect([runtime.work.job, runtime.work.stream].map((queue) => queue.waiting().length)).toEqual([1, 1]);
    await runtime.clock.advance(2 * 3_600_000);
    const { ended } = await everyMinute(runtime, 50_000);
    expect(ended).toBe(2);
    expect(frames('ada').at(-1)).toMatchObject({ type: 'disconnect', payload: { code: 4401 } });
    expect(runtime.table.dump().filter(({ pk }) => pk.startsWith('SUBS#'))).toEqual([]);
  });

  test('a feature may be left out meanwhile: its topics and actions are unknown, and all else goes on', async () => {
    const without = shipped.filter(({ name }) => !['rooms', 'jobs', 'assistant'].includes(name));
    expect(without).toHaveLength(shipped.length - 3);
    const { runtime, ask, frames } = await takeOver(release, without);
    expect(await ask('ada', 'room again', { action: 'subscribe', topic: 'room:lobby' })).toMatchObject({
      type: 'error',
      code: 'unknown_topic',
    });
    expect(await ask('ada', 'job again', { action: 'job.get', payload: { jobId: 'x' } })).toMatchObject({
      type: 'error',
      code: 'unknown_action',
    });
    expect(await ask('ada', 'me', { action: 'subscribe', topic: 'user:me' })).toMatchObject({
      seq: 3,
      snapshot: { unread: 1 },
    });
    await ask('ada', 'more', { action: 'interaction.record', payload: { clientId: 'acme', kind: 'login' } });
    expect(frames('eve')).toMatchObject([{ type: 'interaction', seq: 3 }]);
    await runtime.clock.advance(3 * 3_600_000);
    expect((await everyMinute(runtime, 50_000)).ended).toBe(2);
    expect(runtime.table.dump().filter(({ pk }) => pk.startsWith('SUBS#'))).toEqual([]);
    expect(runtime.reports).toEqual([]);
  });
});
