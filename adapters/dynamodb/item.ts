import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Row, Value } from '../../core/ports.ts';
import { fromStored, toStored } from './storedNames.ts';

export type Item = Record<string, AttributeValue>;

/**
 * A row as DynamoDB takes it, with what `lib-dynamodb` would send. Its commands cannot share a stack of middleware, which
 * the SDK then puts together for each request, and they make each answer anew, row by row, before it is read.
 *
 * @throws Error for what JSON has not, and for a number that JavaScript does not know to the last digit
 */
export const toItem = (row: Row): Item =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toAttribute(value)]));

/** @throws Error as `toItem` */
export function toAttribute(value: Value): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: digits(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.map(toAttribute) };
  if (typeof value !== 'object') throw notJson();
  // Unlike an assignment, this also makes an own `__proto__`.
  return {
    M: Object.fromEntries(Object.entries(value).map(([name, item]) => [toStored(name), toAttribute(item)])),
  };
}

function digits(value: number): string {
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return String(value);
  throw new Error(`A row cannot hold the number ${value}.`);
}

/**
 * The row of an item as DynamoDB has it. A large audience has thousands of them, for which the SDK's unmarshaller takes
 * several times as long.
 *
 * @throws Error for a kind of value that JSON has not
 */
export function toRow(item: Readonly<Item>): Row {
  const row: Record<string, Value> = {};
  for (const name in item) row[name] = toValue(item[name]);
  // What is in the table was written through this port, so its rows are rows.
  return row as Row;
}

function toValue({ S, N, BOOL, NULL, L, M }: Partial<AttributeValue> = {}): Value {
  if (S !== undefined) return S;
  if (N !== undefined) return Number(N);
  if (BOOL !== undefined) return BOOL;
  if (L !== undefined) return L.map(toValue);
  if (M !== undefined) {
    return Object.fromEntries(Object.entries(M).map(([name, value]) => [fromStored(name), toValue(value)]));
  }
  if (NULL) return null;
  throw notJson();
}

const notJson = () => new Error('A row has a value of a kind that JSON has not.');
