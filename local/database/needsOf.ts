import { isRecord } from '../http/httpJson.ts';
import type { Need } from '../rights/statement.ts';
import type { TableDescription } from '../template/readStack.ts';
import { arn } from '../template/template.ts';

type Input = Readonly<Record<string, unknown>>;

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html */
const partsOfTransactions: Readonly<Record<string, string>> = {
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
  ConditionCheck: 'dynamodb:ConditionCheckItem',
  Get: 'dynamodb:GetItem',
};

/** All that an operation may need, whatever its request holds. */
export function actionsOf(operation: string): readonly string[] {
  if (operation === 'TransactGetItems') return ['dynamodb:GetItem'];
  if (operation !== 'TransactWriteItems') return [`dynamodb:${operation}`];
  return Object.values(partsOfTransactions).filter((action) => action !== 'dynamodb:GetItem');
}

export const tableArn = (name: unknown): string => {
  if (typeof name !== 'string') return '*';
  return name.startsWith('arn:') ? name : arn('dynamodb', `table/${name}`);
};

/**
 * What a request to DynamoDB needs, with the partition keys that it asks for. A transaction needs what its parts need;
 * a batch has an action of its own.
 */
export function needsOf(operation: string, input: Input, { keys }: Pick<TableDescription, 'keys'>): Need[] {
  const partition = keys.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '';
  const keyIn = (row: unknown): string[] => (isRecord(row) ? textsOf(row[partition]) : []);
  const need = (action: string, table: unknown, leading: readonly string[]): Need => ({
    action,
    resource: tableArn(table),
    ...(leading.length > 0 && { context: { 'dynamodb:LeadingKeys': leading } }),
  });

  if (Array.isArray(input.TransactItems)) {
    return input.TransactItems.filter(isRecord).flatMap((item) =>
      Object.entries(item).map(([kind, part]) => {
        const { TableName, Key, Item } = isRecord(part) ? part : {};
        return need(partsOfTransactions[kind] ?? `dynamodb:${kind}`, TableName, keyIn(Key ?? Item));
      }),
    );
  }
  const [action = ''] = actionsOf(operation);
  if (isRecord(input.RequestItems)) {
    return Object.entries(input.RequestItems).map(([table, asked]) =>
      need(action, table, rowsOfBatch(asked).flatMap(keyIn)),
    );
  }
  const leading = operation === 'Query' ? keyOfQuery(input, partition) : keyIn(input.Key ?? input.Item);
  return [need(action, input.TableName, leading)];
}

function rowsOfBatch(asked: unknown): unknown[] {
  if (isRecord(asked)) return [asked.Keys].flat();
  return [asked].flat().map((one) => {
    const { PutRequest, DeleteRequest } = isRecord(one) ? one : {};
    return isRecord(PutRequest) ? PutRequest.Item : isRecord(DeleteRequest) && DeleteRequest.Key;
  });
}

/**
 * A query names its partition as `name = :value`, the name itself or one that stands for it.
 *
 * @throws where it is not found: a condition on no keys would hold
 */
export function keyOfQuery(input: Input, partition: string): string[] {
  const { KeyConditionExpression: expression, ExpressionAttributeNames, ExpressionAttributeValues } = input;
  const names = isRecord(ExpressionAttributeNames) ? ExpressionAttributeNames : {};
  const values = isRecord(ExpressionAttributeValues) ? ExpressionAttributeValues : {};
  const found = [...String(expression).matchAll(/(#?\w+)\s*=\s*(:\w+)/g)]
    .filter(([, name = '']) => (names[name] ?? name) === partition)
    .flatMap(([, , value = '']) => textsOf(values[value]));
  if (found.length === 0) throw new Error(`The partition of a query is not in ${String(expression)}.`);
  return found;
}

/** A value in DynamoDB's own JSON, `{"S":"…"}`, as a policy compares it. */
const textsOf = (value: unknown): string[] => (isRecord(value) ? Object.values(value).map(String) : []);
