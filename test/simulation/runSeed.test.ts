import { expect, it } from 'vitest';
import { times } from '../support/numbers.ts';
import { runSeed } from './runSeed.ts';
import { simulate } from './simulate.ts';

/** A few seeds, small ones: CI runs more of them, and `npm run prove` 300 large ones. */
const short = { clients: 12, minutes: 8 };

it('what was acknowledged is never lost, doubled, misordered or shown to the wrong person', async () => {
  for (let seed = 1; seed <= times(1, 8); seed++) {
    const { proof } = await runSeed({ seed, ...short });
    expect(
      proof.violations,
      `seed ${seed}: npm run prove -- --seed ${seed} --clients 12 --minutes 8`,
    ).toEqual([]);
    expect(proof.acknowledged).toBeGreaterThan(50);
    expect(proof.received).toBeGreaterThan(proof.acknowledged);
  }
});

it('a crowd that only listens hears all that is for everybody, through the queue and posts that fail', async () => {
  const { proof, evidence } = await runSeed({ seed: 22, clients: 3, minutes: 20, crowded: true });
  const listeners = evidence.lines.filter((line) => line.includes('"k":"listened"'));
  expect(listeners.length).toBeGreaterThan(250);
  expect(proof.violations).toEqual([]);
  // Some of it came as one, out of units that the queue had at once: its windows are short in this seed.
  expect(evidence.lines.filter((line) => line.includes('"k":"crowd batch"')).length).toBeGreaterThan(20);
});

it('beside somebody who attacks by all APIs, others are answered and nothing of theirs is lost', async () => {
  for (let seed = 101; seed < 101 + times(1, 3); seed++) {
    const { proof } = await runSeed({ seed, ...short, spiteful: true });
    expect(proof.violations, `npm run prove -- --seed ${seed} --clients 12 --minutes 8 --spiteful`).toEqual(
      [],
    );
    expect(proof.exercised['changes beside somebody spiteful']).toBeGreaterThan(20);
  }
});

it('schedules that first run hours late find all that is due', async () => {
  for (let seed = 201; seed < 201 + times(1, 3); seed++) {
    const { proof } = await runSeed({ seed, ...short, late: true });
    expect(proof.violations, `npm run prove -- --seed ${seed} --clients 12 --minutes 8 --late`).toEqual([]);
  }
});

it('a seed replays to the byte, and another seed is another run', async () => {
  const once = await simulate({ seed: 5, clients: 6, minutes: 3 });
  const again = await simulate({ seed: 5, clients: 6, minutes: 3 });
  const other = await simulate({ seed: 6, clients: 6, minutes: 3 });
  expect(again.lines).toEqual(once.lines);
  expect(again.atEnd).toEqual(once.atEnd);
  expect(other.digest).not.toBe(once.digest);
});
