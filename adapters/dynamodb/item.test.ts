import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Row, Value } from '../../core/ports.ts';
import { toAttribute, toItem, toRow } from './item.ts';

const key = { pk: 'p', sk: 's' };
const item = { pk: { S: 'p' }, sk: { S: 's' } };
const rowOf = (text: string): Row => ({ ...key, ...JSON.parse(text) });

test('a row of any JSON comes back as it was, and is stored as the SDK’s marshaller stores it', () => {
  const values = fc.jsonValue({ noUnicodeString: false, stringUnit: 'grapheme' });
  const rows = fc.property(values, fc.jsonValue(), (a, b) => {
    const row = rowOf(JSON.stringify({ ttl: 1_796_000_000, on: false, a, b }));
    fc.pre(hasSafeNumbers(row));
    const stored = toItem(row);
    expect(toRow(stored)).toEqual(row);
    expect(marshall(unmarshall(stored))).toEqual(stored);
  });
  fc.assert(rows);
});

const hasSafeNumbers = (row: unknown): boolean =>
  typeof row === 'number'
    ? Math.abs(row) <= Number.MAX_SAFE_INTEGER
    : typeof row !== 'object' || row === null || Object.values(row).every(hasSafeNumbers);

test('any name of JSON comes back as it was, and none is stored that the engine or the SDK would not take', () => {
  const row = rowOf(
    '{"state":{"constructor":1,"__proto__":{"name":"Set"},"~constructor":2,"":3,"~":4,"list":[{"constructor":{"name":"Map"}}]}}',
  );
  const stored = toItem(row);
  const names = Object.keys(stored.state?.M ?? {});
  expect(names).toEqual(['~constructor', '~__proto__', '~~constructor', '~', '~~', 'list']);
  expect(Object.entries(toRow(stored).state ?? {})).toEqual(Object.entries(row.state ?? {}));
});

test('names that need nothing are stored as they are', () => {
  const names = { toString: 1, '~a': 2, constructors: 3 };
  expect(Object.keys(toAttribute(names).M ?? {})).toEqual(Object.keys(names));
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -(2 ** 53), undefined, Symbol('a'), () => {}])(
  '%s is in no row',
  (value) => {
    expect(() => toItem({ ...key, list: [value as unknown as Value] })).toThrow();
  },
);

test('a value that no row can have is told of, and not left out', () => {
  expect(() => toRow({ ...item, set: { SS: ['a'] } })).toThrow('JSON');
});
