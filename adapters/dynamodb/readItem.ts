import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Row, Value } from '../../core/ports.ts';
import { fromStored } from './storedNames.ts';

/**
 * The row of an item as DynamoDB has it. A row is JSON, and a large audience has thousands of them, for which the SDK's
 * unmarshaller takes several times as long.
 *
 * @param pk of the partition that was asked for: it is not read with each row of it
 * @throws Error for a kind of value that JSON has not
 */
export function readItem(item: Readonly<Record<string, AttributeValue>>, pk: string): Row {
  const row: Record<string, Value> = { pk };
  for (const name in item) row[name] = readValue(item[name]);
  // What is in the table was written through this port, so its rows are rows.
  return row as Row;
}

function readValue({ S, N, BOOL, NULL, L, M }: Partial<AttributeValue> = {}): Value {
  if (S !== undefined) return S;
  if (N !== undefined) return Number(N);
  if (BOOL !== undefined) return BOOL;
  if (L !== undefined) return L.map(readValue);
  // Unlike an assignment, this also makes an own `__proto__`.
  if (M !== undefined) {
    return Object.fromEntries(Object.entries(M).map(([name, value]) => [fromStored(name), readValue(value)]));
  }
  if (NULL) return null;
  throw new Error('A row has a value of a kind that JSON has not.');
}
