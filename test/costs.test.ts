import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { everyMinute } from '../core/connections/everyMinute.ts';
import { counted, everyAction } from './support/everyAction.ts';

/** A minute after another, with nobody there and nothing due. */
async function nothing() {
  const { runtime, note, costs } = await counted({ people: {} });
  for (let minute = 0; minute < 3; minute++) {
    await note('`reaper`', () => everyMinute(runtime, 50_000));
    await runtime.clock.advance(60_000);
  }
  return costs;
}

test('docs/costs.md says what each action writes and reads, to the unit', async () => {
  const all = await counted();
  await everyAction(all);
  const actions = [...all.runtime.app.actions.keys()].map((name) => `\`${name}\``);
  expect([...all.costs.keys()]).toEqual(expect.arrayContaining(actions));
  const text = readFileSync(new URL('../docs/costs.md', import.meta.url), 'utf8');
  const said = [...text.matchAll(/^\| (`.+) \| (\d+ \| \d+) \|$/gm)].map(([, what, cost]) => [what, cost]);
  expect(Object.fromEntries(said)).toEqual(Object.fromEntries([...all.costs, ...(await nothing())]));
});
