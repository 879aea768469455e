import { marshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Row } from '../../core/ports.ts';
import { readItem } from './readItem.ts';
import { storedRow } from './storedNames.ts';

test('a row of any JSON is read as it was before the SDK’s marshaller stored it', () => {
  const values = fc.jsonValue({ noUnicodeString: false, stringUnit: 'grapheme' });
  const rows = fc.property(values, fc.jsonValue(), (a, b) => {
    const row = JSON.parse(JSON.stringify({ pk: 'p', sk: 's', ttl: 1_796_000_000, on: false, a, b })) as Row;
    fc.pre(hasSafeNumbers(row));
    expect(readItem(marshall(storedRow(row)), 'p')).toEqual(row);
  });
  fc.assert(rows);
});

/** The marshaller refuses what a number of JavaScript cannot hold to the last digit. */
const hasSafeNumbers = (row: unknown): boolean =>
  typeof row === 'number'
    ? Math.abs(row) <= Number.MAX_SAFE_INTEGER
    : typeof row !== 'object' || row === null || Object.values(row).every(hasSafeNumbers);

test('names that could not be stored come back, and none of them is lost', () => {
  const state = JSON.parse('{"constructor":1,"__proto__":{"":[null,{"~":"x"}]}}');
  const read = readItem(marshall(storedRow({ pk: 'p', sk: 's', state })), 'p');
  expect(Object.entries(read.state ?? {})).toEqual(Object.entries(state));
});

test('a value that no row can have is told of, and not left out', () => {
  expect(() => readItem({ pk: { S: 'p' }, sk: { S: 's' }, set: { SS: ['a'] } }, 'p')).toThrow('JSON');
});
