import { isRecord } from '../http/httpJson.ts';
import type { TableDescription } from '../template/readStack.ts';
import { partsOf } from './itemsOf.ts';
import { keyOfQuery, tableArn } from './needsOf.ts';

type Input = Readonly<Record<string, unknown>>;

/** What one part of a request takes of its partition. */
export interface Charge {
  readonly kind: 'read' | 'write';
  /** The table and the partition key. */
  readonly partition: string;
  /** Capacity units: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html */
  readonly units: number;
}

const writes = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems']);
const reads = new Set(['GetItem', 'Query', 'TransactGetItems']);

/**
 * What a request takes at least, one charge a part and in their order; nothing for operations that functions here do
 * not use. A write takes what it carries, since the row that it changes is not looked at.
 */
export function chargesOf(
  operation: string,
  input: Input,
  table: Pick<TableDescription, 'keys'>,
): readonly Charge[] {
  const kind = writes.has(operation) ? 'write' : reads.has(operation) ? 'read' : undefined;
  if (!kind) return [];
  const inTransaction = operation.startsWith('Transact');
  return partsOf(input).map((part): Charge => {
    const fields = isRecord(part) ? part : {};
    const units = kind === 'read' ? readUnits(0, input, inTransaction) : writeUnits(fields, inTransaction);
    return { kind, partition: partitionOf(operation, fields, table), units };
  });
}

/** What reads take beyond their least, once the answer tells how much was read. */
export function furtherChargesOf(
  operation: string,
  input: Input,
  answer: Input,
  table: Pick<TableDescription, 'keys'>,
): readonly Charge[] {
  const least = reads.has(operation) ? chargesOf(operation, input, table) : [];
  const { Item, Items, Responses } = answer;
  // A query takes units of all that it read together.
  const sizes = Array.isArray(Responses)
    ? Responses.map((response) => sizeOfItem(isRecord(response) ? response.Item : undefined))
    : [[Items ?? Item].flat().reduce<number>((sum, item) => sum + sizeOfItem(item), 0)];
  return least.map((charge, at) => ({
    ...charge,
    units: readUnits(sizes[at] ?? 0, input, operation.startsWith('Transact')) - charge.units,
  }));
}

function readUnits(bytes: number, { ConsistentRead }: Input, inTransaction: boolean): number {
  const units = Math.max(1, Math.ceil(bytes / 4_096));
  if (inTransaction) return 2 * units;
  return ConsistentRead === true ? units : units / 2;
}

function writeUnits({ Item, Key, ExpressionAttributeValues: values }: Input, inTransaction: boolean): number {
  const bytes = Item ? sizeOfItem(Item) : sizeOfItem(Key) + sizeOfItem(values);
  return Math.max(1, Math.ceil(bytes / 1_024)) * (inTransaction ? 2 : 1);
}

function partitionOf(operation: string, fields: Input, { keys }: Pick<TableDescription, 'keys'>): string {
  const name = keys.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '';
  const row = fields.Key ?? fields.Item;
  const key = operation === 'Query' ? keyOfQuery(fields, name)[0] : isRecord(row) ? row[name] : undefined;
  return JSON.stringify([tableArn(fields.TableName), isRecord(key) ? Object.values(key)[0] : key]);
}

const sizeOfItem = (item: unknown): number =>
  isRecord(item)
    ? Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOf(value), 0)
    : 0;

/** A value in DynamoDB's own JSON, as it counts its size. */
function sizeOf(value: unknown): number {
  const [[type = '', held] = []] = isRecord(value) ? Object.entries(value) : [];
  if (type === 'N') return Math.ceil(String(held).replace('-', '').length / 2) + 1;
  if (type === 'L' && Array.isArray(held)) return held.reduce<number>((sum, one) => sum + 1 + sizeOf(one), 3);
  if (type === 'M' && isRecord(held)) return 3 + Object.keys(held).length + sizeOfItem(held);
  return type === 'S' ? Buffer.byteLength(String(held)) : 1;
}
