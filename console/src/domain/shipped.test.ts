import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type ContractView, readContract } from '../contract/readContract.ts';
import { domainPages } from './domainPages.ts';
import { hasFeature, knownOf, shipped } from './shipped.ts';

const app = readContract(
  JSON.parse(readFileSync(new URL('../../../docs/asyncapi.json', import.meta.url), 'utf8')),
);

const shownTo = (view: ContractView, ...roles: string[]) =>
  domainPages.filter(({ isShown }) => isShown?.({ app: view, roles } as never)).map(({ path }) => path);

test('what pages know the app has, by those very names', () => {
  const known = knownOf(app);
  const names = {
    actions: app.actions.map(({ name }) => name),
    kinds: app.kinds.map(({ address }) => address),
    events: app.events.map(({ type }) => type),
  };
  for (const part of ['actions', 'kinds', 'events'] as const) {
    expect([...known[part]].filter((name) => !names[part].includes(name))).toEqual([]);
  }
});

test('pages are for whom the app has something to do in them', () => {
  expect(shownTo(app, 'msp')).toEqual(Object.keys(shipped));
  expect(shownTo(app, 'client')).toContain('/queue');
  expect(shownTo(app, 'admin')).toEqual(['/alerts', '/notifications', '/rooms', '/assistant', '/jobs']);
});

test('a role of a team’s own counts by the actions, however the contract words who may follow', () => {
  const doctors = {
    ...app,
    actions: app.actions.map((one) => (one.name === 'queue.book' ? { ...one, roles: ['doctor'] } : one)),
    kinds: app.kinds.map((one) => (one.kind === 'queue' ? { ...one, who: 'anyone but client' } : one)),
  };
  expect(shownTo(doctors, 'doctor')).toContain('/queue');
  expect(shownTo(doctors, 'msp')).toContain('/queue');
});

test('an action of our name without our topics is no feature of ours', () => {
  const other = { ...app, kinds: app.kinds.filter(({ kind }) => kind !== 'queue') };
  expect(hasFeature(app, shipped['/queue'])).toBe(true);
  expect(hasFeature(other, shipped['/queue'])).toBe(false);
  expect(shownTo(other, 'msp')).not.toContain('/queue');
});
