import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import type { LocalAws } from '../../local/http/localApi.ts';
import { testStage } from '../../test/infra/template.ts';
import { selfSigned } from '../../test/support/selfSigned.ts';
import { startTestStack } from '../../testing/testStack.ts';

export interface Services {
  /** The environment of a function. */
  readonly environment: Readonly<Record<string, string>>;
  readonly token: string;
  stop(): Promise<void>;
}

/**
 * What functions talk to: the local stack's database and queues, and an @connections that takes every post. As on AWS
 * the database and @connections are reached by TLS, which is most of a first request; the queues are not.
 */
export async function startServices(): Promise<Services> {
  const own = selfSigned();
  const folder = mkdtempSync(join(tmpdir(), 'tidings-bench-'));
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, own.cert);
  const stack = await startTestStack({ memory: false });
  const aws = (await (await fetch(`${stack.httpUrl}/_local/aws`)).json()) as LocalAws;
  const databasePort = Number(new URL(aws.dynamodb ?? '').port);
  const database = createTlsServer(own, (socket) => {
    const plain = connect(databasePort, '127.0.0.1');
    socket.pipe(plain).pipe(socket);
    for (const end of [socket, plain]) end.on('error', () => [socket, plain].map((one) => one.destroy()));
  });
  const connections = createHttpsServer(own, (request, response) => {
    request.resume().on('end', () => response.end());
  });
  const queue = aws.queues.find(({ name }) => /deliver/i.test(name))?.url ?? aws.queues[0]?.url ?? '';
  const { settings } = testStage({ tokens: { issuer: stack.issuer, audience: 'tidings' } });
  return {
    environment: {
      NODE_EXTRA_CA_CERTS: ca,
      AWS_REGION: aws.region,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_DYNAMODB: await listen(database),
      TABLE_NAME: aws.tableName,
      MANAGEMENT_URL: `${await listen(connections)}/dev`,
      DELIVERY_QUEUE_URL: queue,
      JOB_QUEUE_URL: queue,
      STREAM_QUEUE_URL: queue,
      SETTINGS: JSON.stringify({ ...settings, metrics: false }),
    },
    token: await stack.token({ user: 'ada', tenant: 'bench', roles: ['msp'] }),
    async stop() {
      connections.closeAllConnections();
      for (const server of [connections, database]) server.close();
      await stack.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

async function listen(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
