import { expect, test } from 'vitest';
import { judgeCrowd } from '../oracle/crowd.ts';
import type { Case, Line } from '../oracle/evidence.ts';

const conn = 'fan-1-x=';
const text = JSON.stringify({ type: 'alert', topic: 'tenant', epoch: 'e', seq: 1, id: 'a' });
const logged = { text, event: JSON.parse(text), at: 10_000, key: 'LOG e 1' };

/** A listener that heard nothing of the one event that there was, and what failed about connections meanwhile. */
const judged = (faults: readonly (readonly [op: string, on: string, fault?: string])[]) => {
  const lines = [
    { t: 0, k: 'up', conn },
    ...faults.map(([op, on, fault = 'throttled'], nth) => ({
      ...{ t: 11_000 + nth * 3_000, k: 'fault', by: 'deliver' },
      ...{ op, on, fault },
    })),
    { t: 900_000, k: 'listened', conn, tenant: 'north', user: 'fan-1', heard: [] },
  ] as unknown as readonly Line[];
  const tenant = { name: 'north/tenant:-', head: undefined, epochs: new Map([['e', [logged]]]) };
  const topics = new Map([[tenant.name, tenant]]);
  return judgeCrowd({ lines, topics, skewMs: 1_000, atRest: [] } as unknown as Case).violations;
};
const row = 'CONN#fan-1-x%3D';

test('who listens and never hears an event has lost it', () => {
  expect(judged([])).toMatchObject([{ invariant: 'I1' }]);
  expect(
    judged([
      ['post', conn],
      ['post', conn],
    ]),
  ).toHaveLength(1);
});

test('what failed three times for one connection is forgiven: a post to it, or its row, which is read before', () => {
  expect(
    judged([
      ['post', conn],
      ['post', conn],
      ['post', conn],
    ]),
  ).toEqual([]);
  expect(
    judged([
      ['post', conn],
      ['read', row],
      ['read', row],
    ]),
  ).toEqual([]);
});

test('what failed for others, or about another row, is no reason', () => {
  const other = 'CONN#fan-2-x%3D';
  expect(
    judged([
      ['post', conn],
      ['read', other],
      ['read', other],
    ]),
  ).toHaveLength(1);
  expect(
    judged([
      ['post', conn],
      ['read', 'HEAD#north'],
      ['write', row],
    ]),
  ).toHaveLength(1);
});
