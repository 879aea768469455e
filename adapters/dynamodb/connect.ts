import type { Table } from '../../core/ports.ts';
import { type DynamoSettings, dynamoClient } from './client.ts';
import { type DynamoTableParts, dynamoTable } from './table.ts';

/** Opens the table that a function's environment names. */
export function openTable(parts: Omit<DynamoTableParts, 'client'>, settings: DynamoSettings = {}): Table {
  return dynamoTable({ ...parts, client: dynamoClient(settings) });
}
