import type { Row, Value } from '../../core/ports.ts';

/**
 * Names inside of a value that cannot be stored as they are: the SDK's marshaller takes an object with a
 * `constructor` for an instance of a class and drops `__proto__`, and DynamoDB refuses an empty name
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html).
 * They are stored with a `~` in front, and so is what looks like one that is.
 */
const toEscape = /^~*(?:constructor|__proto__)?$/;
const escaped = /^~+(?:constructor|__proto__)?$/;

const toStored = (name: string) => (toEscape.test(name) ? `~${name}` : name);
export const fromStored = (name: string) => (escaped.test(name) ? name.slice(1) : name);

/** A value as it is stored. */
export const storedValue = (value: Value): Value => renamed(value, toStored);

/** A row as it is stored. The attributes themselves are ours, and need nothing. */
export const storedRow = (row: Row): Row => eachAttribute(row, storedValue);

/** A row as it was before it was stored. Without objects it is that already: of a large audience, all rows are. */
export const readStoredRow = (row: Row): Row =>
  Object.values(row).some(isObject) ? eachAttribute(row, (value) => renamed(value, fromStored)) : row;

const isObject = (value: Value) => typeof value === 'object' && value !== null;

function eachAttribute(row: Row, change: (value: Value) => Value): Row {
  const entries = Object.entries(row).map(([name, value]) => [name, change(value)]);
  return { ...Object.fromEntries(entries), pk: row.pk, sk: row.sk };
}

function renamed(value: Value, rename: (name: string) => string): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  // Unlike an assignment, this also makes an own `__proto__`.
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [rename(name), renamed(item, rename)]),
  );
}
