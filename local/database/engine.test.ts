import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { CannotStart } from '../cannotStart.ts';
import { chooseEngine } from './engine.ts';
import { countByKind, openRows } from './rows.ts';

const quiet = { memory: false, external: undefined, log: () => {} };

/** Resolves once nobody listens there any more. */
async function deserted(endpoint: string): Promise<void> {
  const { hostname, port } = new URL(endpoint);
  const socket = connect(Number(port), hostname);
  const outcome = await Promise.race([
    once(socket, 'error').then(() => 'refused'),
    once(socket, 'close').then(() => 'closed'),
  ]).catch(() => 'refused');
  socket.destroy();
  if (outcome !== 'refused') await deserted(endpoint);
}

describe('the DynamoDB engine', () => {
  test('memory by request goes before all others', async () => {
    const engine = await chooseEngine({ ...quiet, memory: true, external: 'http://127.0.0.1:1' })();
    expect(engine).toMatchObject({ name: 'memory' });
    expect(engine.endpoint).toBeUndefined();
  });

  test('memory has no requests to count', () => {
    expect(() => chooseEngine({ ...quiet, memory: true, strict: true })).toThrow(CannotStart);
  });

  test('memory does not go with a folder to keep rows in, and an engine elsewhere says what the folder keeps', async () => {
    const dataDir = join(tmpdir(), 'never-made');
    expect(() => chooseEngine({ ...quiet, memory: true, dataDir })).toThrow(CannotStart);
    const lines: string[] = [];
    const log = (text: string) => lines.push(text);
    await chooseEngine({ ...quiet, external: 'http://127.0.0.1:1', dataDir, log })();
    expect(lines).toEqual([
      "The rows are kept by the engine at http://127.0.0.1:1; --data keeps the issuer's key.",
    ]);
  });

  test('an engine that runs already goes before dynoxide', async () => {
    const engine = await chooseEngine({ ...quiet, external: 'http://127.0.0.1:1' })();
    expect(engine).toMatchObject({ name: 'external', endpoint: 'http://127.0.0.1:1' });
  });

  test('the engine listens where no browser connects, each at an address of its own', async () => {
    const engines = await Promise.all([chooseEngine(quiet)(), chooseEngine(quiet)()]);
    const [first, second] = engines.map(({ endpoint }) => endpoint ?? '');
    expect(first).not.toBe(second);
    for (const endpoint of [first, second]) {
      // What every browser does, Node's fetch does as well.
      const refusal = await fetch(String(endpoint)).catch((error: Error) => error);
      expect(refusal).toHaveProperty('cause.message', 'bad port');
    }
    await Promise.all(engines.map((engine) => engine.stop()));
  });

  test('what is written with a data folder is there after a restart', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'tidings-data-'));
    const table = {
      name: 'Kept',
      keys: [{ AttributeName: 'pk', KeyType: 'HASH' as const }],
      attributes: [{ AttributeName: 'pk', AttributeType: 'S' as const }],
    };
    const first = await chooseEngine({ ...quiet, dataDir })();
    const rows = await openRows(first.endpoint ?? '', table);
    rows.close();
    const client = new DynamoDBClient({
      endpoint: first.endpoint ?? '',
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    await client.send(new PutItemCommand({ TableName: 'Kept', Item: { pk: { S: 'A#1' } } }));
    client.destroy();
    await first.stop();
    const second = await chooseEngine({ ...quiet, dataDir })();
    const again = await openRows(second.endpoint ?? '', table);
    expect(await countByKind(again)).toEqual({ A: 1 });
    again.close();
    await second.stop();
    await rm(dataDir, { recursive: true });
  });

  test('the engine ends with the process that started it, even when that is killed', async () => {
    const code = `
      import { chooseEngine } from ${JSON.stringify(fileURLToPath(new URL('./engine.ts', import.meta.url)))};
      const engine = await chooseEngine({ memory: false, external: undefined, log: () => {} })();
      process.stdout.write(engine.endpoint);
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [endpoint] = (await once(child.stdout, 'data')) as [Buffer];
    child.kill('SIGKILL');
    await deserted(String(endpoint));
  });
});
