import { chooseEngine, type Engine } from '../../local/database/engine.ts';
import { openRows } from '../../local/database/rows.ts';
import type { TableDescription } from '../../local/template/readStack.ts';

/** A local engine takes any credentials, but the SDK signs nothing without some. */
export const ENGINE_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
export const ENGINE_REGION = 'eu-west-1';

/**
 * The DynamoDB engine that `AWS_ENDPOINT_URL_DYNAMODB` names, or a fresh one that keeps nothing. `undefined`, with a
 * printed sentence, where neither is there.
 */
export async function startEngine(): Promise<(Engine & { readonly endpoint: string }) | undefined> {
  const external = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  const engine = await chooseEngine({ memory: false, external, log: console.error })();
  return engine.endpoint === undefined ? undefined : { ...engine, endpoint: engine.endpoint };
}

/** A table with the keys that this project uses. */
export const tableDescription = (name: string): TableDescription => ({
  name,
  keys: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  attributes: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  ttlAttribute: 'ttl',
});

/** Makes such a table. Resolves when it can be written to. */
export async function createTable(endpoint: string, name: string): Promise<void> {
  (await openRows(endpoint, tableDescription(name))).close();
}
