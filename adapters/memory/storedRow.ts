import type { Key, Row, Value } from '../../core/ports.ts';

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
const MAX_ROW_BYTES = 400 * 1024;
const MAX_PK_BYTES = 2048;
const MAX_SK_BYTES = 1024;
const MAX_DEPTH = 32;

/** An error for what DynamoDB refuses as a ValidationException: a mistake of the caller, never an outcome. */
export const invalid = (what: string): Error =>
  Object.assign(new Error(what), { name: 'ValidationException' });

const bytes = (text: string): number => Buffer.byteLength(text);

/** About half a byte a digit and one for the sign, as DynamoDB charges for it. */
const numberBytes = (value: number): number => Math.ceil(String(Math.abs(value)).length / 2) + 1;

function copyNumber(value: number): number {
  if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    throw invalid('a number that the database would not give back as it was');
  }
  return value === 0 ? 0 : value; // There is no -0 in the database.
}

/** A copy that shares nothing with the value it was made of. Throws on what DynamoDB does not store. */
export function copyValue(value: Value, depth = 0): Value {
  if (depth > MAX_DEPTH) throw invalid(`a value nested more than ${MAX_DEPTH} levels deep`);
  if (typeof value === 'number') return copyNumber(value);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value !== 'object') throw invalid(`a value of type ${typeof value}`);
  if (Array.isArray(value)) return value.map((item) => copyValue(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, copyValue(item, depth + 1)]));
}

/**
 * The size of a row as DynamoDB counts it: names and texts in UTF-8, 1 for booleans, 3 and 1 per entry for
 * lists and maps.
 */
export function sizeOf(value: Value): number {
  if (typeof value === 'string') return bytes(value);
  if (typeof value === 'number') return numberBytes(value);
  if (value === null || typeof value === 'boolean') return 1;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + 1 + sizeOf(item), 3);
  return Object.entries(value).reduce((sum, [name, item]) => sum + 1 + bytes(name) + sizeOf(item), 3);
}

export const sizeOfRow = (row: Row): number =>
  Object.entries(row).reduce((sum, [name, value]) => sum + bytes(name) + sizeOf(value), 0);

/** @throws when the key is empty or longer than DynamoDB takes. */
export function checkKey({ pk, sk }: Key): void {
  if (typeof pk !== 'string' || typeof sk !== 'string') throw invalid('a key that is not two texts');
  if (pk === '' || sk === '') throw invalid('an empty key');
  if (bytes(pk) > MAX_PK_BYTES || bytes(sk) > MAX_SK_BYTES) throw invalid('a key that is too long');
}

/** A checked deep copy. The type is the promise of the two required attributes, which the key check has seen. */
export function copyRow(row: Row): Row {
  checkKey(row);
  const copy = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, copyValue(value)]));
  return { ...copy, pk: row.pk, sk: row.sk };
}

/** @throws when DynamoDB would not store a row of this size. */
export function checkSize(row: Row): void {
  if (sizeOfRow(row) > MAX_ROW_BYTES) throw invalid('a row above 400 KB');
}
