import { expect, test } from 'vitest';
import { type ClientRow, firstView, seenRows, sortedBy, statusesOf } from './rows.ts';

const row = (
  clientId: string,
  status: string | null,
  score: number | null,
  logins = 0,
  lastAt?: number,
): ClientRow => ({
  clientId,
  engagement: { status, score, note: status && `note of ${clientId}`, updatedAt: null, version: 1 },
  totals: logins > 0 ? { login: logins, call: 1 } : {},
  lastAt,
});
const rows = [
  row('globex', 'at risk', 20, 4, 30),
  row('Acme', 'active', 80, 9, 10),
  row('initech', null, null),
  row('umbrella', 'active', 80, 2, 20),
];
const names = (view: Partial<typeof firstView>) =>
  seenRows(rows, { ...firstView, ...view }).map(({ clientId }) => clientId);

test.each([
  [{}, ['Acme', 'globex', 'initech', 'umbrella']],
  [{ sort: 'score' }, ['globex', 'Acme', 'umbrella', 'initech']],
  [{ sort: 'score', isDescending: true }, ['Acme', 'umbrella', 'globex', 'initech']],
  [{ sort: 'interactions', isDescending: true }, ['Acme', 'globex', 'umbrella', 'initech']],
  [{ sort: 'status' }, ['Acme', 'umbrella', 'globex', 'initech']],
  [{ sort: 'last', isDescending: true }, ['globex', 'umbrella', 'Acme', 'initech']],
] as const)('%o', (view, expected) => {
  expect(names(view)).toEqual(expected);
});

test('a filter finds names, statuses and notes, however they are written', () => {
  expect(names({ text: ' GLO' })).toEqual(['globex']);
  expect(names({ text: 'risk' })).toEqual(['globex']);
  expect(names({ text: 'note of u' })).toEqual(['umbrella']);
  expect(names({ status: 'active' })).toEqual(['Acme', 'umbrella']);
  expect(names({ status: 'active', text: 'acme' })).toEqual(['Acme']);
  expect(statusesOf(rows)).toEqual(['active', 'at risk']);
});

test('a column that is chosen again goes the other way, and numbers begin with the highest', () => {
  const byScore = sortedBy(firstView, 'score');
  expect(byScore).toMatchObject({ sort: 'score', isDescending: true });
  expect(sortedBy(byScore, 'score').isDescending).toBe(false);
  expect(sortedBy(byScore, 'client')).toMatchObject({ sort: 'client', isDescending: false });
});
