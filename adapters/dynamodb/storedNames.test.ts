import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { expect, test } from 'vitest';
import type { Row } from '../../core/ports.ts';
import { readStoredRow, storedRow } from './storedNames.ts';

test('any name of JSON comes back through the marshaller as it was', () => {
  const row: Row = JSON.parse(
    '{"pk":"p","sk":"s","state":{"constructor":1,"__proto__":{"name":"Set"},"~constructor":2,"":3,"~":4,"list":[{"constructor":{"name":"Map"}}]}}',
  );
  const stored = marshall(storedRow(row));
  expect(Object.keys(stored.state?.M ?? {})).not.toContain('');
  expect(Object.entries(readStoredRow(unmarshall(stored) as Row).state ?? {})).toEqual(
    Object.entries(row.state ?? {}),
  );
});

test('names that need nothing are stored as they are', () => {
  const row = { pk: 'p', sk: 's', a: { toString: 1, '~a': 2, constructors: 3 } };
  expect(storedRow(row)).toEqual(row);
});
