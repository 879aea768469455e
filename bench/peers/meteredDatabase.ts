import { Agent, createServer, request as openRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readBody } from '../../local/http/httpJson.ts';
import { startEngine } from '../../test/support/dynamoEngine.ts';

export interface Consumed {
  readonly requests: number;
  readonly readUnits: number;
  readonly writeUnits: number;
}

/** A DynamoDB that counts what whoever asks it would pay for, in whatever language it is asked. */
export interface MeteredDatabase {
  readonly endpoint: string;
  /** Since this was last called. */
  take(): Consumed;
  close(): Promise<void>;
}

const reading = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems']);

/** Between a client and the engine: asks the engine for the units that each request consumes, and adds them up. */
export async function openMeteredDatabase(): Promise<MeteredDatabase> {
  const engine = await startEngine();
  if (!engine) throw new Error('There is no DynamoDB engine for this machine.');
  const { hostname, port } = new URL(engine.endpoint);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  let consumed = { requests: 0, readUnits: 0, writeUnits: 0 };

  const note = (operation: string, answer: string) => {
    const units = unitsOf(answer);
    consumed.requests++;
    if (reading.has(operation)) consumed.readUnits += units;
    else consumed.writeUnits += units;
  };
  const server = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    const asked = JSON.parse(String(await readBody(request))) as object;
    const body = JSON.stringify({ ...asked, ReturnConsumedCapacity: 'TOTAL' });
    const headers = { ...request.headers, host: hostname, 'content-length': Buffer.byteLength(body) };
    const upstream = openRequest(
      { agent, hostname, port, method: 'POST', path: '/', headers },
      async (answer) => {
        let text = '';
        for await (const part of answer.setEncoding('utf8')) text += part;
        note(operation, text);
        const { 'content-type': type, 'x-amz-crc32': crc } = answer.headers;
        response.writeHead(answer.statusCode ?? 502, {
          'content-type': type,
          ...(crc && { 'x-amz-crc32': crc }),
        });
        response.end(text);
      },
    );
    upstream.on('error', () => response.destroy());
    upstream.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take() {
      const taken = consumed;
      consumed = { requests: 0, readUnits: 0, writeUnits: 0 };
      return taken;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await engine.stop();
    },
  };
}

/** Of a single table, or of several. */
function unitsOf(answer: string): number {
  const { ConsumedCapacity = [] } = JSON.parse(answer) as {
    ConsumedCapacity?: { CapacityUnits: number } | { CapacityUnits: number }[];
  };
  return [ConsumedCapacity].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
}
