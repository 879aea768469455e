import { expect, test } from 'vitest';
import { actionNames, contracts, events } from '../../../test/support/appContracts.ts';
import { errorRules } from '../src/errors.ts';
import { contractModel } from './model.ts';
import { reference } from './reference.ts';

const page = reference(contractModel(contracts));

test('every action, event and error code has its place on the page', () => {
  for (const name of actionNames) expect(page).toContain(`<a id="action-${name.replaceAll('.', '-')}"></a>`);
  for (const type of events.keys()) expect(page).toContain(`<a id="event-${type.replaceAll('.', '-')}"></a>`);
  for (const code of Object.keys(errorRules)) expect(page).toContain(`| \`${code}\` |`);
});

test('every link within the page leads to a place on it, and no two places have the same name', () => {
  const links = [...page.matchAll(/\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
  const anchors = [...page.matchAll(/<a id="([^"]+)">/g)].map(([, anchor]) => anchor);
  expect(links.length).toBeGreaterThan(40);
  expect(links.filter((link) => !anchors.includes(link))).toEqual([]);
  expect(new Set(anchors).size).toBe(anchors.length);
});

test('every table has as many cells in each row as it has columns', () => {
  const cells = (line: string) => line.replaceAll('\\|', '').split('|').length;
  for (const block of page.match(/(^\|.*\n)+/gm) ?? []) {
    const lines = block.trim().split('\n');
    expect(new Set(lines.map(cells)).size, block).toBe(1);
  }
});

test('a payload’s limits are told', () => {
  expect(page).toContain('| `by` | integer, 1 to 1,000 | optional |');
  expect(page).toContain('| `clientId` | string, an id | required |');
  expect(page).toContain('`{tenant: true}` or `{msp: true}` or `{clientId}` or `{userId}`');
});
