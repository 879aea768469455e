import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openEngine } from './engine.ts';
import { openRows } from './rows.ts';

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
    const engine = await openEngine({ ...quiet, memory: true, external: 'http://127.0.0.1:1' });
    expect(engine).toMatchObject({ name: 'memory' });
    expect(engine.endpoint).toBeUndefined();
  });

  test('an engine that runs already goes before dynoxide', async () => {
    const engine = await openEngine({ ...quiet, external: 'http://127.0.0.1:1' });
    expect(engine).toMatchObject({ name: 'external', endpoint: 'http://127.0.0.1:1' });
  });

  test('what is written with a data folder is there after a restart', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'tidings-data-'));
    const table = {
      name: 'Kept',
      keys: [{ AttributeName: 'pk', KeyType: 'HASH' as const }],
      attributes: [{ AttributeName: 'pk', AttributeType: 'S' as const }],
    };
    const first = await openEngine({ ...quiet, dataDir });
    const rows = await openRows(first.endpoint ?? '', table);
    rows.close();
    const answer = await fetch(first.endpoint ?? '', {
      method: 'POST',
      headers: {
        'x-amz-target': 'DynamoDB_20120810.PutItem',
        'content-type': 'application/x-amz-json-1.0',
        ...signed,
      },
      body: JSON.stringify({ TableName: 'Kept', Item: { pk: { S: 'A#1' } } }),
    });
    expect(answer.status).toBe(200);
    await first.stop();
    const second = await openEngine({ ...quiet, dataDir });
    const again = await openRows(second.endpoint ?? '', table);
    expect(await again.countByKind()).toEqual({ A: 1 });
    again.close();
    await second.stop();
    await rm(dataDir, { recursive: true });
  });

  test('the engine ends with the process that started it, even when that is killed', async () => {
    const code = `
      import { openEngine } from ${JSON.stringify(fileURLToPath(new URL('./engine.ts', import.meta.url)))};
      const engine = await openEngine({ memory: false, external: undefined, log: () => {} });
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

const signed = {
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
  'x-amz-date': '20260101T000000Z',
};
