import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { everyMinute } from '../core/connections/everyMinute.ts';
import { keys } from '../core/keys.ts';
import { noEngagement } from '../features/engagement/clientState.ts';
import { clientTopics } from '../features/engagement/clientTopics.ts';
import { counted, everyAction, staffAndClient } from './support/everyAction.ts';

/** A minute after another, with nobody there and nothing due. */
async function nothing() {
  const { runtime, note, costs } = await counted({ people: {} });
  for (let minute = 0; minute < 3; minute++) {
    await note('`reaper`', () => everyMinute(runtime, 50_000));
    await runtime.clock.advance(60_000);
  }
  return costs;
}

/** An interaction that no staff hears of. */
async function withoutStaff() {
  const { twice, costs } = await counted({ people: { carla: staffAndClient.carla } });
  await twice('carla', 'interaction.record', () => ({ clientId: 'acme', kind: 'call' }));
  return [['`interaction.record`, where no staff is connected', costs.get('`interaction.record`')] as const];
}

/** An interaction to staff who understand batches, as with the client library they do. */
async function toStaffInBatches() {
  const { tenant, runtime, note, send, costs } = await counted({ batch: true });
  const record = () => send('carla', 'interaction.record', { payload: { clientId: 'acme', kind: 'call' } });
  const into = '`interaction.record`, the same into an open batch window of theirs';
  const recordCold = () => {
    runtime.headCache.delete(tenant, clientTopics.of('acme'));
    return record();
  };
  await record();
  await runtime.clock.advance(1_000);
  await note('`interaction.record`, the same where the staff understand batches', recordCold);
  // The client's own topic is quiet again.
  await runtime.clock.advance(100);
  const holder = send('ann', 'interaction.record', { payload: { clientId: 'globex', kind: 'call' } });
  await runtime.clock.advance(1);
  await note(into, recordCold);
  await runtime.clock.advance(100);
  runtime.lastSent.clear();
  await note(`${into}, where the function has published of none before`, recordCold);
  await runtime.clock.advance(200);
  await holder;
  const holders: Promise<unknown>[] = [];
  for (let n = 0; n < 2; n++) {
    holders.push(record());
    await runtime.clock.advance(1);
  }
  await note(`${into}, and of the client’s own users`, recordCold);
  await runtime.clock.advance(200);
  await Promise.all(holders);
  return costs;
}

/** Somebody of the staff asks each minute whether anything was missed of all clients. */
async function staffSyncs() {
  const { tenant, runtime, note, send, costs } = await counted({ people: { ann: staffAndClient.ann } });
  const state = {
    engagement: { ...noEngagement.engagement, status: 'active', note: 'x'.repeat(200) },
    totals: { call: 12, mail: 30, meeting: 4, ticket: 55, visit: 1 },
  };
  const updatedAt = runtime.clock.now() - 3_600_000;
  for (let n = 0; n < 1000; n++) {
    const key = keys.head(tenant, clientTopics.of(`client-${n}`));
    await runtime.table.write({ put: { ...key, epoch: 'xxxxxxxxxxxxxxxxxxxxxx', seq: 1, state, updatedAt } });
  }
  const sync = (at: number) => send('ann', 'sync', { payload: { heads: { 'client:*': { at } } } });
  await runtime.clock.advance(3 * 60_000);
  for (const changed of [0, 10, 100]) {
    const at = runtime.clock.now();
    for (let n = 0; n < changed; n++) {
      await send('ann', 'interaction.record', { payload: { clientId: `client-${n}`, kind: 'call' } });
    }
    await note(`\`sync\` of 1,000 clients, of which ${changed} changed`, () => sync(at));
    await runtime.clock.advance(2 * 60_000);
  }
  const at = runtime.clock.now();
  await runtime.clock.advance(60_000);
  await note('`sync` of 1,000 clients, each ten minutes', () => sync(at));
  return costs;
}

test('docs/costs.md says what each action writes and reads, to the unit', async () => {
  const all = await counted();
  await everyAction(all);
  const actions = [...all.runtime.app.actions.keys()].map((name) => `\`${name}\``);
  expect([...all.costs.keys()]).toEqual(expect.arrayContaining(actions));
  const text = readFileSync(new URL('../docs/costs.md', import.meta.url), 'utf8');
  const said = [...text.matchAll(/^\| (`.+) \| (\d+ \| \d+) \|$/gm)].map(([, what, cost]) => [what, cost]);
  expect(Object.fromEntries(said)).toEqual(
    Object.fromEntries([
      ...all.costs,
      ...(await nothing()),
      ...(await withoutStaff()),
      ...(await toStaffInBatches()),
      ...(await staffSyncs()),
    ]),
  );
});
