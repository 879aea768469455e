import { isRecord } from '../http/httpJson.ts';
import type { TableDescription } from '../template/readStack.ts';
import { tableArn } from './needsOf.ts';

type Input = Readonly<Record<string, unknown>>;

/** The item that each part of a transaction, or a request about a single one, is about: its table and its key as one text. */
export function itemsOf(input: Input, { keys }: Pick<TableDescription, 'keys'>): readonly string[] {
  const itemOf = (part: unknown): string => {
    const { TableName, Key, Item } = isRecord(part) ? part : {};
    const row = Key ?? Item;
    const key = keys.map(({ AttributeName }) => (isRecord(row) ? row[AttributeName] : undefined));
    return JSON.stringify([tableArn(TableName), ...key]);
  };
  return partsOf(input).map(itemOf);
}

/** What a request asks for: the parts of a transaction, in their order, or itself. */
export function partsOf(input: Input): readonly unknown[] {
  const { TransactItems } = input;
  if (!Array.isArray(TransactItems)) return [input];
  return TransactItems.map((item) => (isRecord(item) ? Object.values(item)[0] : item));
}
