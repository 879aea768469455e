import { beforeEach, expect, test } from 'vitest';
import { type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { keys } from '../keys.ts';
import { watchWrite } from '../work/watch.ts';
import { connect } from './connect.ts';
import { everyMinute } from './everyMinute.ts';

const maxMs = 58_000;
let memory: MemoryRuntime;

/** A connection whose token is over, and a job that stands still. */
beforeEach(async () => {
  memory = memoryRuntime();
  memory.sockets.open('c1');
  await connect(memory, 'c1', principal(memory, { expiresAt: memory.clock.now() + 60_000 }));
  const rules = memory.app.work.get('job');
  if (!rules) throw new Error('this app has no jobs');
  await memory.table.write({ put: { ...rules.key('t', 'j1'), status: 'queued' } });
  await memory.table.write(watchWrite(rules, { tenant: 't', id: 'j1' }, memory.clock.now()));
  await memory.clock.advance(10 * 60_000);
});

const done = () => ({
  ended: memory.sockets.opened().length === 0,
  resumed: memory.work.job.waiting().length,
});

const ofReaper = keys.expiryPartitions();
const ofWork = keys.watchPartitions();

/** A table that answers so where one of the two looks for what is due. */
function instead(of: readonly string[], query: MemoryRuntime['table']['query']): MemoryRuntime {
  const { table } = memory;
  const answer: typeof query = (range) => (of.includes(range.pk) ? query(range) : table.query(range));
  return { ...memory, table: { ...table, query: answer } };
}

test('connections that are over are ended, and work that stands still is resumed', async () => {
  expect(await everyMinute(memory, maxMs)).toEqual({ ended: 1, resumed: 1 });
  expect(done()).toEqual({ ended: true, resumed: 1 });
});

test('connections that cannot be looked for keep no work from being resumed', async () => {
  const failing = instead(ofReaper, () => Promise.reject(new Error('no database')));
  await expect(everyMinute(failing, maxMs)).rejects.toThrow('no database');
  expect(done()).toEqual({ ended: false, resumed: 1 });
});

test('work that cannot be looked for keeps no connection from its end', async () => {
  const failing = instead(ofWork, () => Promise.reject(new Error('no database')));
  await expect(everyMinute(failing, maxMs)).rejects.toThrow('no database');
  expect(done()).toEqual({ ended: true, resumed: 0 });
});

test('neither waits for the other where that hangs, and a run that hung has failed', async () => {
  for (const [hung, left] of [
    [ofWork, { ended: true, resumed: 0 }],
    [ofReaper, { ended: true, resumed: 1 }],
  ] as const) {
    const run = everyMinute(
      instead(hung, () => new Promise<never>(() => {})),
      maxMs,
    );
    const refused = expect(run).rejects.toMatchObject({ code: 'unavailable' });
    await memory.clock.advance(maxMs);
    await refused;
    expect(done()).toEqual(left);
  }
});
