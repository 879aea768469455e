import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';

/** A local engine takes any credentials, but the SDK signs nothing without some. */
export const ENGINE_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
export const ENGINE_REGION = 'eu-west-1';

export interface Engine {
  readonly endpoint: string;
  /** Which engine answers there: the one that comes with this repository, or whatever was given. */
  readonly kind: 'dynoxide' | 'given';
  stop(): Promise<void>;
}

const BINARY = fileURLToPath(new URL('../../node_modules/@dynoxide/linux-x64/dynoxide', import.meta.url));

// The engine outlives a parent that was killed. So a shell stands between: it ends the engine when its own
// standard input closes, which also happens when this process is gone.
const GUARD = `exec 3<&0
"$0" serve --port "$1" 3<&- 2>&1 & engine=$!
(cat <&3; kill "$engine") > /dev/null 2>&1 &
wait "$engine"`;

/**
 * The DynamoDB engine that `AWS_ENDPOINT_URL_DYNAMODB` names, or a fresh one in memory. `undefined`, with a
 * printed sentence, where neither is there.
 */
export async function startEngine(): Promise<Engine | undefined> {
  const given = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  if (given) return { endpoint: given, kind: 'given', stop: async () => {} };
  if (!existsSync(BINARY)) {
    console.error(
      'No DynamoDB engine: install @dynoxide/linux-x64 or set AWS_ENDPOINT_URL_DYNAMODB to run these tests.',
    );
    return undefined;
  }
  // Between choosing a free port and taking it another process may be quicker.
  for (let tries = 0; tries < 5; tries++) {
    const engine = await startOn(await freePort());
    if (engine) return engine;
  }
  throw new Error('the DynamoDB engine did not start on any of five ports');
}

/** A table with the keys that this project uses. Resolves when it can be written to. */
export async function createTable(endpoint: string, tableName: string): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region: ENGINE_REGION, credentials: ENGINE_CREDENTIALS });
  try {
    await client.send(
      new CreateTableCommand({
        TableName: tableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      }),
    );
    await waitUntilTableExists({ client, maxWaitTime: 60 }, { TableName: tableName });
  } finally {
    client.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

/** `undefined` if the engine ended before it listened. */
async function startOn(port: number): Promise<Engine | undefined> {
  const guard = spawn('/bin/sh', ['-c', GUARD, BINARY, String(port)], { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = once(guard, 'exit');
  for await (const line of createInterface(guard.stdout)) {
    if (!line.includes('listening')) continue;
    guard.stdout.resume();
    return {
      endpoint: `http://127.0.0.1:${port}`,
      kind: 'dynoxide',
      async stop() {
        guard.stdin.end();
        await ended;
      },
    };
  }
  guard.stdin.end();
  return undefined;
}
