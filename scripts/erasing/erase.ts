import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { App } from '../../core/app.ts';
import { type DataOf, followedKinds, ownerAttributes, ownerOf } from '../../core/owner.ts';
import type { Clock } from '../../core/ports.ts';
import { awsFailure } from '../../packages/cli/src/deployed/awsFailure.ts';
import { Failed, UsageError } from '../../packages/cli/src/failures.ts';
import type { OperatedStack } from '../../packages/cli/src/operatedStack.ts';
import { type Erased, eraseRows } from './eraseRows.ts';
import { allRowsOf, openConnections, remover } from './tableRows.ts';

export interface Erasing {
  readonly stack: Pick<OperatedStack, 'name' | 'place' | 'dynamodb' | 'tableName'>;
  readonly app: App;
  readonly of: DataOf;
  /** Whether to delete, or only to count. */
  readonly doIt: boolean;
  readonly unitsPerSecond: number;
  readonly clock: Clock;
  /** What is said meanwhile, of long work. */
  readonly say: (text: string) => void;
}

const sayEveryMs = 5_000;

/** Deletes the data of a tenant or of one of its users, or counts it. @throws Failed, UsageError */
export async function erase({ stack, app, of, doIt, unitsPerSecond, clock, say }: Erasing): Promise<Erased> {
  requireTable(stack);
  const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
  const client = new DynamoDBClient(stack.dynamodb);
  const table = { client: DynamoDBDocumentClient.from(client), tableName: stack.tableName };
  let sayAt = clock.now() + sayEveryMs;
  try {
    if (doIt) await requireNobodyThere(table, of, clock.now());
    return await eraseRows({
      rows: allRowsOf(table, ownerAttributes()),
      ownerOf: ownerOf(app, of),
      followed: followedKinds(app),
      now: clock.now(),
      ...(doIt && { remove: remover(table, { unitsPerSecond, clock }) }),
      progress(read, found) {
        if (clock.now() < sayAt) return;
        sayAt = clock.now() + sayEveryMs;
        say(`${read} rows read, ${found} ${doIt ? 'deleted' : 'found'}`);
      },
    });
  } catch (error) {
    const isOurs = error instanceof Failed || error instanceof UsageError;
    throw isOurs ? error : awsFailure(error, `work on the table of ${stack.name}`, stack.place);
  } finally {
    client.destroy();
  }
}

/** A local stack that keeps its rows in memory has no address; without one, the client would ask AWS. @throws Failed */
function requireTable({ name, dynamodb }: Erasing['stack']): void {
  if (dynamodb.credentials === undefined || dynamodb.endpoint !== undefined) return;
  throw new Failed(`${name} keeps its rows in memory: they are gone when it stops`);
}

/** Others would go on to see somebody whose rows are gone: only an end of the connection tells them. @throws Failed */
async function requireNobodyThere(
  table: Parameters<typeof openConnections>[0],
  { tenant, userId }: DataOf,
  now: number,
): Promise<void> {
  if (userId === undefined) return;
  const open = await openConnections(table, { tenant, userId }, now);
  if (open === 0) return;
  throw new Failed(
    `${userId} has ${open} open connection${open === 1 ? '' : 's'}: end them first, as an admin of the tenant: tidings send user.revoke --payload '${JSON.stringify({ userId })}'`,
  );
}
