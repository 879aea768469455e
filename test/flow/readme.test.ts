import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Client } from '../support/client.ts';
import { newTenant } from '../support/flow.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const steps = [...readme.matchAll(/^```tour\n([\s\S]*?)^```$/gm)]
  .flatMap(([, block = '']) => block.trim().split('\n'))
  .map((line) => /^(\w+) +([<>]) (.*)$/.exec(line)?.slice(1) ?? ['', '', line]);

test('the README’s tour goes as it says, line by line', async () => {
  const tenant = newTenant();
  const people: Record<string, Client> = {
    sam: await tenant.staff('sam'),
    carla: await tenant.clientUser('carla', 'acme'),
  };
  let epoch = '';
  /** A frame stands for one line of the tour; where it comes among others is not promised. */
  const matched = new Set<object>();
  expect(steps.length).toBeGreaterThan(15);
  for (const [name = '', direction, text = ''] of steps) {
    const person = people[name];
    if (!person) throw new Error(`the tour has nobody called ${name}: ${text}`);
    if (direction === '>') {
      person.sendText(text.replace('EPOCH', epoch));
      continue;
    }
    const expected = JSON.parse(text);
    const fits = () =>
      person.transcript.find(
        (frame) =>
          !matched.has(frame) &&
          frame.type === expected.type &&
          frame.ref === expected.ref &&
          (expected.seq === undefined || frame.seq === expected.seq) &&
          (expected.payload?.dup === undefined || frame.payload.dup),
      );
    await person.until(() => fits() !== undefined, text);
    const frame = fits();
    expect(frame).toMatchObject(expected);
    if (frame) matched.add(frame);
    epoch = frame?.epoch ?? epoch;
  }
});
